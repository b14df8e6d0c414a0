package dev.startgate.gate;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads of one start that are to be stopped if the JVM is asked to end now.
 */
public final class ShutdownHooks {

	private final Set<Runnable> open = ConcurrentHashMap.newKeySet();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	ShutdownHooks() {
	}

	/**
	 * Add what is to run before the first thread is stopped.
	 * @param listener runs on a thread that holds up the end of the JVM
	 */
	public void onStop(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return when all threads that are being stopped have said what they were doing, or
	 * after some seconds.
	 */
	public void awaitStopped() {
		this.open.forEach(Runnable::run);
	}

	/**
	 * From now on a thread is to be stopped if the JVM is asked to end.
	 * @param await returns when that thread has stopped, or after some seconds
	 */
	public void opened(Runnable await) {
		this.open.add(await);
	}

	/**
	 * A thread is not to be stopped any more.
	 * @param await the object that was given to {@link #opened}
	 */
	public void closed(Runnable await) {
		this.open.remove(await);
	}

	/**
	 * Threads are about to be stopped.
	 */
	public void fired() {
		this.listeners.forEach(Runnable::run);
	}

}

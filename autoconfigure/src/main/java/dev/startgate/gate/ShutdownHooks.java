package dev.startgate.gate;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads of one start that are to be stopped if the JVM is asked to end now.
 */
public final class ShutdownHooks {

	private final Set<ShutdownHook> open = ConcurrentHashMap.newKeySet();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	ShutdownHooks() {
	}

	/**
	 * Ask to be told when threads are about to be stopped, before the first one is.
	 * @param listener told on a thread that holds the end of the JVM up
	 */
	public void onStop(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return when all threads that are being stopped have said what they were doing, or
	 * after some seconds.
	 */
	public void awaitStopped() {
		this.open.forEach(ShutdownHook::awaitClosed);
	}

	void opened(ShutdownHook hook) {
		this.open.add(hook);
	}

	void closed(ShutdownHook hook) {
		this.open.remove(hook);
	}

	void fired() {
		this.listeners.forEach(Runnable::run);
	}

}

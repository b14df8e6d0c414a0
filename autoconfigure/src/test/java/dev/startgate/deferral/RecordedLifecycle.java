package dev.startgate.deferral;

import java.util.function.Supplier;

import org.springframework.context.SmartLifecycle;

/**
 * Notes when it is started and stopped.
 */
final class RecordedLifecycle implements SmartLifecycle {

	private final Calls calls;

	private final Supplier<String> name;

	private final int phase;

	private final boolean autoStartup;

	private volatile boolean running;

	RecordedLifecycle(Calls calls, String name, int phase) {
		this(calls, name, phase, true);
	}

	RecordedLifecycle(Calls calls, String name, int phase, boolean autoStartup) {
		this(calls, () -> name, phase, autoStartup);
	}

	/**
	 * Create a lifecycle whose name is asked for anew at each start and stop.
	 */
	RecordedLifecycle(Calls calls, int phase, Supplier<String> name) {
		this(calls, name, phase, true);
	}

	private RecordedLifecycle(Calls calls, Supplier<String> name, int phase, boolean autoStartup) {
		this.calls = calls;
		this.name = name;
		this.phase = phase;
		this.autoStartup = autoStartup;
	}

	@Override
	public void start() {
		this.calls.add(this.name.get());
		this.running = true;
	}

	@Override
	public void stop() {
		this.calls.add("stop " + this.name.get());
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return this.phase;
	}

	@Override
	public boolean isAutoStartup() {
		return this.autoStartup;
	}

}

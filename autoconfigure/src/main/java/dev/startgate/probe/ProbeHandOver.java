package dev.startgate.probe;

import dev.startgate.probe.ProbePort.Role;

import org.springframework.context.SmartLifecycle;

/**
 * Frees a port in the moment before its web server starts, and not earlier: the rest of
 * the beans may take their time.
 */
public final class ProbeHandOver implements SmartLifecycle {

	private final EarlyProbes probes;

	private final Role role;

	private final Runnable alive;

	private volatile boolean running;

	/**
	 * Create a new hand-over.
	 * @param probes what is answered until then
	 * @param role whose port is handed over
	 * @param alive makes known that the process is alive
	 */
	public ProbeHandOver(EarlyProbes probes, Role role, Runnable alive) {
		this.probes = probes;
		this.role = role;
		this.alive = alive;
	}

	@Override
	public void start() {
		if (this.probes.handOver(this.role)) {
			// who was alive stays so: Spring would say it only after the refresh
			this.alive.run();
		}
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return this.role.handOverPhase();
	}

}

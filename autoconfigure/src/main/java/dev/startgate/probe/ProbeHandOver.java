package dev.startgate.probe;

import dev.startgate.probe.ProbePort.Role;

import org.springframework.context.SmartLifecycle;

/**
 * Frees a port immediately before its web server starts. Probes are answered until then,
 * because the rest of the beans may take long.
 */
public final class ProbeHandOver implements SmartLifecycle {

	private final EarlyProbes probes;

	private final Role role;

	private volatile boolean running;

	/**
	 * Create a new hand-over.
	 * @param probes answers probes until then
	 * @param role the role of the port that is handed over
	 */
	public ProbeHandOver(EarlyProbes probes, Role role) {
		this.probes = probes;
		this.role = role;
	}

	@Override
	public void start() {
		this.probes.handOver(this.role);
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

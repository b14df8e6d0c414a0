package dev.startgate.probe;

import dev.startgate.probe.ProbePort.Role;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Frees a port in the moment before its web server starts, and not earlier: the rest of
 * the beans may take their time.
 */
public final class ProbeHandOver implements SmartLifecycle {

	private final EarlyProbes probes;

	private final Role role;

	private final ApplicationContext context;

	private volatile boolean running;

	/**
	 * Create a new hand-over.
	 * @param probes what is answered until then
	 * @param role whose port is handed over
	 * @param context where it is made known that the process is alive
	 */
	public ProbeHandOver(EarlyProbes probes, Role role, ApplicationContext context) {
		this.probes = probes;
		this.role = role;
		this.context = context;
	}

	@Override
	public void start() {
		if (this.probes.handOver(this.role)) {
			// who was alive stays so: Spring would say it only after the refresh
			AvailabilityChangeEvent.publish(this.context, LivenessState.CORRECT);
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

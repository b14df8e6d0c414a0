package dev.startgate.sample.fleet;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.SmartLifecycle;

/**
 * Stands in for a queue, which the sample does not have. It starts in the phase of
 * listener containers, and is a runner, too. It is no component, since other tests scan
 * here.
 */
class Deliveries implements SmartLifecycle, ApplicationRunner {

	static final String DELIVERY = "delivery to a listener";

	static final String RUN = "run of the runner";

	private volatile boolean running;

	@Override
	public void start() {
		this.running = true;
		System.out.println(DELIVERY);
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
	public void run(ApplicationArguments arguments) {
		System.out.println(RUN);
	}

}

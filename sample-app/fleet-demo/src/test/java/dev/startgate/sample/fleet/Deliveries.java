package dev.startgate.sample.fleet;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.SmartLifecycle;

/**
 * The queue that the sample does not have: started in the phase of the containers of
 * listeners, and a runner. Not found by scanning, since other tests scan here, too.
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

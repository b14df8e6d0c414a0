package dev.startgate.lifecycle;

import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Makes known that the process is alive, in the moment before a web server can be asked:
 * all beans are there. Spring says so only after the refresh, which may take longer than
 * probes wait.
 */
public final class EarlyLiveness implements SmartLifecycle {

	/** The web server binds in phase {@code MAX - 2048}. */
	private static final int PHASE = Integer.MAX_VALUE - 2049;

	private final ApplicationContext context;

	private volatile boolean running;

	/**
	 * Create a new object.
	 * @param context the application
	 */
	public EarlyLiveness(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Tell what answers probes, and nothing else: listeners of the application take this
	 * event for the one after the refresh, and may begin to work.
	 */
	@Override
	public void start() {
		this.context.getBeanProvider(ApplicationAvailabilityBean.class)
			.ifAvailable((bean) -> bean
				.onApplicationEvent(new AvailabilityChangeEvent<>(this.context, LivenessState.CORRECT)));
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
		return PHASE;
	}

}

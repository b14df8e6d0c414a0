package dev.startgate.lifecycle;

import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Reports that the process is alive right before the web server can be asked. All beans
 * exist by then. Spring reports it only after the refresh, which may take longer than
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
	 * Tell only the bean that answers probes. Listeners of the application would take
	 * this event for the one after the refresh, and might begin to work.
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

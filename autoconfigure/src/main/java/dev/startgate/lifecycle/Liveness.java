package dev.startgate.lifecycle;

import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/**
 * Makes known that the process is alive before Spring says so, which is only after the
 * refresh.
 */
public final class Liveness {

	private Liveness() {
	}

	/**
	 * Tell whoever answers probes. Nobody else: listeners of the application take this
	 * event for the one after the refresh, and may begin to work.
	 * @param context the application
	 */
	public static void correct(ApplicationContext context) {
		context.getBeanProvider(ApplicationAvailabilityBean.class)
			.ifAvailable(
					(bean) -> bean.onApplicationEvent(new AvailabilityChangeEvent<>(context, LivenessState.CORRECT)));
	}

}

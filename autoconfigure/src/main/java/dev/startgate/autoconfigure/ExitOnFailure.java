package dev.startgate.autoconfigure;

import java.util.Set;

import dev.startgate.lifecycle.ProcessEnd;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends a process whose start has failed, if it was started for its exit code. Threads
 * that a library of the application has left would keep it otherwise.
 */
class ExitOnFailure implements ApplicationListener<ApplicationFailedEvent> {

	private static final Set<String> MODES = Set.of("migrateandexit", "verify");

	@Override
	public void onApplicationEvent(ApplicationFailedEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (context != null && MODES.contains(Relaxed.value(context.getEnvironment(), "startgate.mode"))) {
			ProcessEnd.afterThisThread();
		}
	}

}

package dev.startgate.autoconfigure;

import java.util.EnumSet;
import java.util.Set;

import dev.startgate.lifecycle.ProcessExit;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Ends a process whose start has failed, if it was started for its exit code. Otherwise
 * threads that a library of the application has left would keep it alive.
 */
class ExitOnFailure implements ApplicationListener<ApplicationFailedEvent> {

	private static final Set<Mode> MODES = EnumSet.of(Mode.MIGRATE_AND_EXIT, Mode.VERIFY, Mode.REHEARSE);

	@Override
	public void onApplicationEvent(ApplicationFailedEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (context != null && isStartedForItsExitCode(context.getEnvironment())) {
			ProcessExit.afterThisThread();
		}
	}

	/**
	 * The start may have failed because its mode is not a valid one.
	 */
	private static boolean isStartedForItsExitCode(Environment environment) {
		try {
			BindResult<Mode> mode = Binder.get(environment).bind("startgate.mode", Mode.class);
			return mode.isBound() && MODES.contains(mode.get());
		}
		catch (BindException ex) {
			return false;
		}
	}

}

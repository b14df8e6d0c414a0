package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The Flyway that works while the lease is held: the application's configuration, with a
 * callback of ours, and with patience for a foreign holder of Flyway's own lock.
 */
final class WorkingFlyway {

	private static final int DEFAULT_LOCK_RETRY_COUNT = 50;

	private WorkingFlyway() {
	}

	static Flyway of(Configuration application, LeaseCallback callback) {
		List<Callback> callbacks = new ArrayList<>(Arrays.asList(application.getCallbacks()));
		callbacks.add(callback);
		FluentConfiguration configuration = new FluentConfiguration(application.getClassLoader())
			.configuration(application)
			.callbacks(callbacks.toArray(Callback[]::new));
		if (application.getLockRetryCount() == DEFAULT_LOCK_RETRY_COUNT) {
			configuration.lockRetryCount(-1);
		}
		return new Flyway(configuration);
	}

}

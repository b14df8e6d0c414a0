package dev.startgate.flyway;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Looks at what there is to do, without the callbacks around {@code info()}: the
 * application has not called it.
 */
final class Look {

	private final Flyway flyway;

	private final boolean callbacksAreThere;

	private Look(Flyway flyway, boolean callbacksAreThere) {
		this.flyway = flyway;
		this.callbacksAreThere = callbacksAreThere;
	}

	static Look with(Flyway application) {
		boolean callbacks = MigrateCallbacks.areThere(application.getConfiguration());
		return new Look((callbacks && application.getClass() == Flyway.class) ? quiet(application) : application,
				callbacks);
	}

	private static Flyway quiet(Flyway application) {
		FluentConfiguration copy = new FluentConfiguration(application.getConfiguration().getClassLoader())
			.configuration(application.getConfiguration());
		MigrateCallbacks.restrict(copy, application.getConfiguration(), MigrateCallbacks.CONNECT::contains);
		return MigrateCallbacks.load(copy);
	}

	MigrationInfoService info() {
		return this.flyway.info();
	}

	boolean callbacksAreThere() {
		return this.callbacksAreThere;
	}

}

package dev.startgate.flyway;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;

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
		return new Look((callbacks && application.getClass() == Flyway.class)
				? MigrateCallbacks.connecting(application.getConfiguration()) : application, callbacks);
	}

	MigrationInfoService info() {
		return this.flyway.info();
	}

	boolean callbacksAreThere() {
		return this.callbacksAreThere;
	}

}

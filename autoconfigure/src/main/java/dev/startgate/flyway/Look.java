package dev.startgate.flyway;

import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;

/**
 * Looks at what there is to do. The callbacks around {@code info()} do not run, and its
 * lines are not logged, because the application has not called it.
 */
final class Look {

	private final Flyway flyway;

	private final boolean callbacksAreThere;

	private final boolean callbacksRun;

	private Look(Flyway flyway, boolean callbacksAreThere, boolean callbacksRun) {
		this.flyway = flyway;
		this.callbacksAreThere = callbacksAreThere;
		this.callbacksRun = callbacksRun;
	}

	static Look with(Flyway application) {
		boolean callbacks = MigrateCallbacks.areThere(application.getConfiguration());
		return new Look(
				(callbacks && application.getClass() == Flyway.class)
						? MigrateCallbacks.connecting(application.getConfiguration()) : application,
				callbacks, callbacks && MigrateCallbacks.runWithoutWork(application.getConfiguration()));
	}

	MigrationInfoService info() {
		return FlywayLog.with(this.flyway.getConfiguration(), Quiet.EVERYTHING,
				() -> FlywayInternals.call(this.flyway::info));
	}

	boolean callbacksAreThere() {
		return this.callbacksAreThere;
	}

	/**
	 * Return whether callbacks are to run even if nothing is pending.
	 */
	boolean callbacksRun() {
		return this.callbacksRun;
	}

}

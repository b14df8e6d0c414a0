package dev.startgate.flyway;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.WorkOutcome;
import dev.startgate.gate.CompletedMigrations;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * One Flyway on its way through a critical section.
 */
final class FlywayRun {

	private final FlywayName name;

	private final Flyway flyway;

	private final ProtectedSchema target;

	private final HistoryInspector history;

	private final FlywayWork work;

	private @Nullable MigrateResult result;

	FlywayRun(FlywayName name, Flyway flyway, ProtectedSchema target, HistoryInspector history, FlywayWork work) {
		this.name = name;
		this.flyway = flyway;
		this.target = target;
		this.history = history;
		this.work = work;
	}

	ProtectedSchema target() {
		return this.target;
	}

	FlywayWork work() {
		return this.work;
	}

	boolean isEmpty() {
		return this.history.isEmpty();
	}

	/**
	 * The work may be repeated when something else in the section fails.
	 */
	void returned(MigrateResult result) {
		if (this.result == null || result.migrationsExecuted > 0) {
			this.result = result;
		}
	}

	/**
	 * Return what {@code migrate()} has returned, or would have with nothing to do.
	 */
	MigrateResult result() {
		return (this.result != null) ? this.result
				: NothingMigrated.result(this.flyway, this.history.first().version());
	}

	/**
	 * Tell what became of the history.
	 */
	void report(WorkOutcome outcome, CompletedMigrations completed, String replica, SchemaWatch watch) {
		boolean changed = new MigrationReport(completed, replica).add(this.name.name(), this.work, this.history,
				outcome);
		if (!this.name.equals(DataMigrations.NAME)) {
			watch.reached(this.name.name(), this.target, this.history.last(), changed);
		}
	}

}

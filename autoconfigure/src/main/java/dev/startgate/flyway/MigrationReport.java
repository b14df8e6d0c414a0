package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.coordination.WorkOutcome;
import dev.startgate.gate.CompletedMigrations;

/**
 * Tells what became of one Flyway's schema, for the event.
 */
final class MigrationReport {

	private final CompletedMigrations completed;

	private final String replica;

	MigrationReport(CompletedMigrations completed, String replica) {
		this.completed = completed;
		this.replica = replica;
	}

	/**
	 * Add what happened.
	 * @return whether the schema may have changed
	 */
	boolean add(String name, FlywayWork work, HistoryInspector history, WorkOutcome outcome) {
		HistorySnapshot after = history.last();
		List<Applied> here = outcome.performed() ? after.since(work.atLease(), this.replica) : List.of();
		HistorySnapshot others = outcome.performed() ? work.atLease() : after;
		List<Applied> applied = new ArrayList<>(others.since(history.first(),
				(outcome.waitedFor() != null) ? outcome.waitedFor().replica() : "another replica"));
		applied.addAll(here);
		this.completed.add(new Migrated(name, history.first().version(), after.version(), applied), !here.isEmpty());
		boolean looked = outcome.performed() || outcome.waitedFor() != null;
		return !applied.isEmpty() || (looked && history.isAlways());
	}

}

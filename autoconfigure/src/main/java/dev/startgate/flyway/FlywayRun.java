package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Remainder;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.coordination.Work;
import dev.startgate.coordination.WorkOutcome;
import dev.startgate.flyway.FlywayRuns.Home;
import dev.startgate.flyway.FlywayRuns.Surroundings;
import dev.startgate.flyway.LockedMigration.UnderLease;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.sql.Causes;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * One run of one Flyway: what there is to do, the migrations, and what became of them.
 */
final class FlywayRun implements Work {

	private final FlywayRuns runs;

	private final FlywayName name;

	private final Flyway flyway;

	private final Home home;

	private final Surroundings around;

	private final HistoryInspector history;

	private final MigrationNotes notes;

	private final HistoryInquiry inquiry;

	private final PatientStatements.Means waits;

	private @Nullable HistorySnapshot atLease;

	/** The generation in which all but the work after the migrations was done. */
	private @Nullable Long doneIn;

	/** Whether a failure belongs to the migrations, not to the work after them. */
	private boolean migrating = true;

	/** Whether nothing is to be done before or after the migrations. */
	private boolean alone;

	private @Nullable MigrateResult result;

	FlywayRun(FlywayRuns runs, FlywayName name, Flyway flyway, Home home, Surroundings around, HistoryInspector history,
			MigrationNotes notes, HistoryInquiry inquiry, PatientStatements.Means waits) {
		this.runs = runs;
		this.name = name;
		this.flyway = flyway;
		this.home = home;
		this.around = around;
		this.history = history;
		this.notes = notes;
		this.inquiry = inquiry;
		this.waits = waits;
	}

	ProtectedSchema target() {
		return this.home.target();
	}

	@Override
	public String name() {
		return this.name.migrations();
	}

	/** The work after the migrations also looks here, before anything is changed. */
	@Override
	public List<String> pending() {
		try {
			List<String> pending = new ArrayList<>(this.history.pending(this.name));
			this.alone = !pending.addAll(this.around.pending());
			return pending;
		}
		catch (FlywayException ex) {
			throw this.inquiry.denied(ex);
		}
	}

	@Override
	public String task() {
		return this.alone ? this.history.task(this.name) : "does the work: " + name();
	}

	@Override
	public boolean mayHaveChanged(boolean waited) {
		return this.history.isFinished() ? this.around.after().mayHaveChanged(waited)
				: this.history.mayHaveChanged(waited);
	}

	@Override
	public void begin(Lock lock) {
		this.notes.begin(lock);
		this.around.after().begin(lock);
	}

	/**
	 * The work after the migrations may fail with a transient failure. Then only that
	 * work is repeated, because a strategy may do something that can't be done twice.
	 */
	@Override
	public @Nullable TransientFailure perform(Lease lease) {
		if (this.doneIn == null || this.doneIn != lease.holder().generation()) {
			try {
				this.migrating = true;
				migrate(lease);
				this.migrating = false;
			}
			catch (RuntimeException ex) {
				this.waits.waits().failed(ex);
				this.inquiry.explain(lease, ex, this.history::info);
				RuntimeException failure = this.inquiry.denied(ex);
				return this.notes.transientFailure(failure).orElseThrow(() -> failure);
			}
			this.doneIn = lease.holder().generation();
		}
		return this.around.after().perform(lease);
	}

	private void migrate(Lease lease) {
		this.runs.awaitForeignLock(this.flyway.getConfiguration(), lease);
		if (!this.history.isAlways()) {
			this.notes.check(lease, this.history::info);
		}
		Optional<MigrationInfoService> info = this.history.info();
		TransientFailure failed = this.around.before().perform(lease);
		if (failed != null) {
			throw failed.failure();
		}
		if (this.atLease == null) {
			// kept for later attempts: what was done before a loss was done here
			this.atLease = HistorySnapshot.of(info);
		}
		lease.ensureHeld();
		OlderRepeatables older = this.history.older();
		UnderLease given = new UnderLease(lease, older.pending(info), older, this.history::info);
		this.around.preconditions().check(this.name.owner(), target(), lease.sessions(), given.pending(), info);
		older.begin(lease, given.pending());
		LockedMigration section = new LockedMigration(this.name, this.flyway, given, this.home.bootstrap(), this.notes,
				this.around.preconditions().files(), this.waits);
		Runnable initializer = this.around.initializer();
		Runnable migration = (initializer != null) ? () -> BaselineCallback.during(this.flyway, initializer)
				: () -> keep(this.runs.migrateNow(this.flyway, section));
		this.runs.active().within(section, initializer != null, migration);
	}

	@Override
	public List<String> rehearse() {
		return rehearsed().rehearse(this.runs, this.waits);
	}

	RehearsedRun rehearsed() {
		return new RehearsedRun(this.name, this.flyway.getConfiguration(), this.history, this.around, this.inquiry);
	}

	/** A repetition that migrates nothing does not replace an earlier result. */
	private void keep(MigrateResult returned) {
		if (this.result == null || returned.migrationsExecuted > 0) {
			this.result = returned;
		}
	}

	/**
	 * The replica on which a migration failed has noted that itself.
	 */
	@Override
	public @Nullable String describe(RuntimeException failure) {
		if (Causes.first(failure, MigrationFailedElsewhereException.class).isPresent()) {
			return null;
		}
		FailedMigration failed = FailedMigration.in(failure);
		return (failed != null) ? failed.describe() : Work.super.describe(failure);
	}

	@Override
	public @Nullable Remainder left(RuntimeException failure) {
		Remainder left = FailureInHistory.left(failure);
		return (left != null) ? left : this.around.left(failure);
	}

	@Override
	public boolean mayBeResolved(RuntimeException failure, Lock lock) {
		return this.notes.mayBeResolved(lock, this.history::info) && (this.migrating
				? this.history.mayBeResolved(failure) && ViolationException.mayBeResolved(failure, lock)
				: this.around.after().mayBeResolved(failure, lock));
	}

	@Override
	public List<String> eraseStatements() {
		List<String> statements = new ArrayList<>(this.notes.eraseStatements());
		statements.addAll(this.around.after().eraseStatements());
		return statements;
	}

	@Override
	public void conclude(WorkOutcome outcome) {
		if (outcome.performed()) {
			this.history.again();
		}
		this.around.after().conclude(outcome);
	}

	/**
	 * Return the result of {@code migrate()}, or that of a call with nothing to do.
	 */
	MigrateResult result() {
		return (this.result != null) ? this.result
				: FlywayRuns.nothingMigrated(this.flyway, this.history.last().version());
	}

	boolean isEmpty() {
		return this.history.isEmpty();
	}

	void report(WorkOutcome outcome, CompletedMigrations completed, String replica, SchemaWatch watch) {
		HistorySnapshot after = this.history.last();
		HistorySnapshot others = outcome.performed() ? HistoryInspector.known(this.atLease) : after;
		List<Applied> here = outcome.performed() ? after.since(others, replica) : List.of();
		List<Applied> applied = new ArrayList<>(others.since(this.history.first(),
				(outcome.waitedFor() != null) ? outcome.waitedFor().replica() : "another replica"));
		applied.addAll(here);
		completed.add(new Migrated(this.name.name(), this.history.first().version(), after.version(), applied),
				!here.isEmpty());
		if (!this.name.equals(DataMigrations.NAME)) {
			boolean looked = outcome.performed() || outcome.waitedFor() != null;
			watch.reached(this.name.name(), target(), after, !applied.isEmpty() || (looked && this.history.isAlways()));
		}
	}

}

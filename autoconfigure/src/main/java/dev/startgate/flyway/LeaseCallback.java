package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.startgate.StepKind;
import dev.startgate.coordination.Lease;
import dev.startgate.flyway.Resumptions.Begun;
import dev.startgate.flyway.ddl.LockReport;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.StartCounter;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the session and the transaction of each migration: keeps a later holder from
 * beginning, refuses to go on without the lease, and tells how far the work is.
 */
final class LeaseCallback implements Callback {

	private static final Set<Event> EVENTS = EnumSet.of(Event.BEFORE_EACH_MIGRATE, Event.BEFORE_EACH_MIGRATE_STATEMENT,
			Event.AFTER_EACH_MIGRATE_STATEMENT, Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR, Event.AFTER_EACH_MIGRATE,
			Event.AFTER_EACH_MIGRATE_ERROR);

	private final FlywayName name;

	private final Lease lease;

	private final Means means;

	private final LockReport locks;

	private final ShownProgress progress;

	private final MigrationNotes notes;

	private final PreconditionFiles preconditions;

	private final CockroachSchemaJobs jobs;

	private final List<MigrationInfo> applied = new ArrayList<>();

	private @Nullable MigrationInfo last;

	private int recorded;

	private boolean failed;

	private boolean resumes;

	private boolean noted;

	private @Nullable RunningStep timing;

	private @Nullable GuardedConnection transaction;

	private final FirstCallback first;

	private final RunningScript script = new RunningScript(this);

	LeaseCallback(FlywayName name, Lease lease, Means means, int total, MigrationNotes notes,
			PreconditionFiles preconditions, PatientStatements.Means waits) {
		this.name = name;
		this.lease = lease;
		this.means = means;
		this.locks = new LockReport(lease, waits, means.gate(), means.time());
		this.progress = new ShownProgress(lease, means.gate(), means.time(), total);
		this.notes = notes;
		this.preconditions = preconditions;
		this.jobs = new CockroachSchemaJobs(lease, means);
		this.first = new FirstCallback(lease, this::begins);
	}

	@Override
	public boolean supports(Event event, Context context) {
		return EVENTS.contains(event);
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return true;
	}

	@Override
	public void handle(Event event, Context context) {
		GuardedDataSource.keepApart(event, context);
		switch (event) {
			case BEFORE_EACH_MIGRATE -> begin(context);
			case BEFORE_EACH_MIGRATE_STATEMENT -> {
				this.lease.ensureHeld();
				this.script.before(context, this.transaction);
			}
			case AFTER_EACH_MIGRATE_STATEMENT -> this.script.after();
			case AFTER_EACH_MIGRATE_STATEMENT_ERROR -> this.script.failed();
			case AFTER_EACH_MIGRATE -> {
				this.lease.ensureHeld();
				this.script.complete(GuardedDataSource.isAlone(context, this.transaction));
				end(false);
				this.locks.ends();
				this.applied.add(context.getMigrationInfo());
				this.progress.applied();
			}
			case AFTER_EACH_MIGRATE_ERROR -> failed();
			default -> throw new IllegalStateException("Not asked for: " + event);
		}
	}

	/** Migrations are about to be run. */
	void before() {
		this.jobs.settle();
	}

	/**
	 * A migration that was only stopped, such as between two chunks, has not failed. Then
	 * this throws, which keeps Flyway from recording a failure.
	 */
	private void failed() {
		this.script.failed();
		end(true);
		this.lease.ensureHeld();
		if (this.resumes && Thread.currentThread().isInterrupted()) {
			throw new IllegalStateException("Stopped between two chunks");
		}
	}

	private void begins(Context context) {
		this.last = context.getMigrationInfo();
		this.resumes = false;
		if (!context.getConfiguration().isGroup()) {
			this.noted = false;
			recorded();
		}
	}

	private void begin(Context context) {
		MigrationInfo migration = context.getMigrationInfo();
		boolean isNoted;
		try {
			this.first.fenceAfterOthers(context);
			this.transaction = context.getConnection().unwrap(GuardedConnection.class);
			this.transaction.begun(() -> {
				this.locks.committed();
				this.jobs.settle();
			});
			this.preconditions.check(context, this.name.owner(), this.notes.isBegun(this.lease, context));
			Begun begun = this.notes.before(this.lease, context, this.transaction.unwatched(),
					this.script.isSeen(context), this.progress::goesOn);
			isNoted = begun.noted();
			this.noted |= isNoted;
			this.script.begun(begun.script());
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to make sure of the lease", ex);
		}
		String current = this.name.called(migration);
		this.timing = this.means.gate().begin(StepKind.MIGRATE, current);
		this.progress.begin(current);
		this.resumes = IntentNotes.isResumed(migration, context.getConfiguration());
		if (!this.resumes) {
			Connection raw = this.transaction.unwatched();
			this.transaction.migrates(new WatchedTransaction(raw, this.lease, this.first.isFenced(), isNoted,
					this.script::takesOut, () -> this.notes.before(this.lease, migration),
					(repeatable) -> new PatientStatements(current, raw, this.locks, this.progress::waits,
							() -> !this.noted && repeatable.getAsBoolean())));
			this.locks.begins(current, raw);
		}
		this.transaction.steps(new WatchedSteps(context.getConnection(), this.lease, this.means,
				NoteKeys.of(context.getConfiguration()).item(migration), migration.getChecksum(),
				this.progress::position));
	}

	/**
	 * Count what was applied, once Flyway has recorded it. The record of a migration may
	 * still fail after the migration was applied.
	 */
	void recorded() {
		this.means.gate().journal().count(StartCounter.MIGRATION_APPLIED, this.applied.size() - this.recorded);
		this.recorded = this.applied.size();
	}

	private void end(boolean withFailure) {
		this.failed |= withFailure;
		if (this.transaction != null) {
			this.noted |= this.transaction.migrated(withFailure);
		}
		this.progress.ended();
		if (this.timing != null) {
			this.timing.close();
			this.timing = null;
		}
	}

	/** A migration whose end Flyway has not reported counts as failed. */
	void ended() {
		if (this.timing != null) {
			end(true);
		}
		this.locks.close();
	}

	/** Return what was applied. It is recorded if {@code migrate()} has returned. */
	List<MigrationInfo> applied() {
		return this.applied;
	}

	/** Return the migrations whose commit was tried and may have succeeded. */
	List<MigrationInfo> inDoubt(RuntimeException failure) {
		boolean certain = this.transaction == null || this.resumes || this.transaction.end().isUndone(failure);
		return certain ? List.of() : this.applied;
	}

	@Nullable MigrationInfo last() {
		return this.last;
	}

	/** Return whether the last migration is noted: it can't be rolled back as a whole. */
	boolean isNoted() {
		return this.noted;
	}

	/** Return whether a migration has failed, rather than something around it. */
	boolean hasFailed() {
		return this.failed;
	}

	/** Return the migration that has failed before its end and does not resume. */
	@Nullable MigrationInfo stopped() {
		return (this.failed && !this.resumes) ? this.last : null;
	}

	FirstCallback first() {
		return this.first;
	}

	@Override
	public String getCallbackName() {
		return "startgate";
	}

}

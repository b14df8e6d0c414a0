package dev.startgate.flyway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Remainder;
import dev.startgate.coordination.RetryPolicy;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.coordination.Work;
import dev.startgate.flyway.ddl.DdlPatience;
import dev.startgate.flyway.ddl.EarlierLocksException;
import dev.startgate.flyway.ddl.LockReport;
import dev.startgate.flyway.ddl.LockWaits;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.flyway.ddl.StrongLockDatabases;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the work of each Flyway, and knows which Flyways are in a critical section.
 */
public final class FlywayRuns {

	private static final Logger logger = LoggerFactory.getLogger(FlywayRuns.class);

	private final Means means;

	private final LockFactory locks;

	private final ForeignLockWait foreignLock;

	private final boolean migrates;

	private final OnInterrupted onInterrupted;

	private final boolean applyOlder;

	private final @Nullable BuildOrder build;

	private final DdlPatience patience;

	private final StartExecutors threads;

	private final @Nullable Runnable rehearsed;

	private final ActiveSections active = new ActiveSections();

	/**
	 * Create a new object.
	 * @param gate the gate
	 * @param time the time
	 * @param pause the pause before another attempt
	 * @param retries how many attempts there are
	 * @param locks opens locks
	 * @param foreignLock waits for the session that has Flyway's own lock
	 * @param migrates whether this replica migrates at all
	 * @param onInterrupted what is done about a migration that may be half done
	 * @param applyOlder whether repeatable migrations of newer replicas are replaced
	 * @param build the order of this build, {@code null} if it is not known
	 * @param lockByTransaction whether the application has chosen that a transaction
	 * holds Flyway's own lock on PostgreSQL
	 * @param patience how long statements wait for strong locks
	 * @param threads look in the background what these statements wait for
	 * @param rehearsed called after the first rehearsal, {@code null} to rehearse nothing
	 */
	public FlywayRuns(Gate gate, Time time, Pause pause, RetryPolicy retries, LockFactory locks,
			ForeignLockWait foreignLock, boolean migrates, OnInterrupted onInterrupted, boolean applyOlder,
			@Nullable BuildOrder build, boolean lockByTransaction, DdlPatience patience, StartExecutors threads,
			@Nullable Runnable rehearsed) {
		this.rehearsed = rehearsed;
		this.patience = patience;
		this.threads = threads;
		this.means = new Means(gate, time, pause, retries, lockByTransaction);
		this.locks = locks;
		this.foreignLock = foreignLock;
		this.migrates = migrates;
		this.onInterrupted = onInterrupted;
		this.applyOlder = applyOlder;
		this.build = build;
	}

	/**
	 * Return what the lock of a Flyway protects, with the creation of its history.
	 * @param configuration the configuration of the Flyway
	 * @param mayBaseline whether code of the application may make a baseline
	 */
	Home home(Configuration configuration, boolean mayBaseline) {
		UnsupportedFlywayException.check();
		HistoryBootstrap bootstrap = new HistoryBootstrap(configuration, mayBaseline,
				() -> this.foreignLock.await(configuration));
		return new Home(FlywayTarget.of(configuration, bootstrap), bootstrap);
	}

	/**
	 * Prepare a run.
	 * @param name the name of the Flyway
	 * @param flyway the Flyway
	 * @param home what the lock protects
	 * @param around what is done around its migrations
	 * @param schemaIsNewer as of {@link OlderRepeatables}
	 */
	FlywayRun prepare(FlywayName name, Flyway flyway, Home home, Surroundings around, BooleanSupplier schemaIsNewer) {
		Configuration configuration = flyway.getConfiguration();
		NoteKeys table = NoteKeys.of(configuration, name);
		InvalidIndexes indexes = new InvalidIndexes(table, this.locks, configuration);
		OlderRepeatables older = new OlderRepeatables(name.owner(), this.applyOlder, this.build, table.repeatables(),
				this.locks.appliedVersions(home.target()), schemaIsNewer);
		RunMode migrated = (around.initializer() != null) ? RunMode.ALWAYS : RunMode.IF_PENDING;
		return new FlywayRun(this, name, flyway, home, around,
				new HistoryInspector(flyway, this.migrates ? migrated : RunMode.NEVER, older),
				new MigrationNotes(table, this.onInterrupted, new FailedRows(this.locks, home.target()), indexes),
				new HistoryInquiry(table, this.locks, configuration, indexes, !this.migrates,
						this.onInterrupted == OnInterrupted.RESUME),
				new PatientStatements.Means(new LockWaits(this.patience, this.means.gate(), this.means.time()),
						new StrongLockDatabases(), this.means.pause(), this.threads));
	}

	void awaitForeignLock(Configuration configuration, Lease lease) {
		this.foreignLock.await(configuration, lease);
	}

	/**
	 * Return what to call after the first rehearsal, {@code null} if nothing is
	 * rehearsed.
	 */
	@Nullable Runnable rehearsed() {
		return this.rehearsed;
	}

	/**
	 * Log what a rehearsal leaves out. Does nothing if this is none.
	 * @param what what is left out, and why
	 * @return whether this is a rehearsal
	 */
	boolean leavesOut(String what) {
		if (this.rehearsed != null) {
			logger.warn("Not rehearsed: {}", what);
		}
		return this.rehearsed != null;
	}

	/**
	 * Rehearse in one transaction. Start again if it would otherwise keep one lock while
	 * it waits for another.
	 * @param configuration the configuration of a Flyway
	 * @param waits how its statements wait for strong locks
	 * @param work runs its migrations
	 * @return what could not be rehearsed
	 */
	List<String> rehearse(Configuration configuration, PatientStatements.Means waits,
			Function<Rehearsal, List<String>> work) {
		this.foreignLock.await(configuration);
		while (true) {
			try {
				return Rehearsal.of(FlywayTarget.of(configuration), this.locks, waits.databases(),
						this.means.gate().snapshot().replica(),
						(sessions) -> LockReport.ofRehearsal(sessions, waits, this.means.gate(), this.means.time()),
						work);
			}
			catch (RuntimeException ex) {
				Duration pause = EarlierLocksException.pause(ex).orElseThrow(() -> ex);
				try {
					this.means.pause().pause(pause);
				}
				catch (InterruptedException interrupted) {
					Thread.currentThread().interrupt();
					throw new StartAbandonedException("waiting for a lock in a rehearsal", interrupted);
				}
			}
		}
	}

	/**
	 * Return the sections in which Flyways migrate.
	 */
	ActiveSections active() {
		return this.active;
	}

	/**
	 * Return the result of a {@code migrate()} that had nothing to do.
	 */
	static MigrateResult nothingMigrated(Flyway flyway, @Nullable String version) {
		MigrateResult result = new MigrateResult(Flyway.class.getPackage().getImplementationVersion(), null,
				flyway.getConfiguration().getDefaultSchema(), null);
		result.initialSchemaVersion = version;
		result.targetSchemaVersion = version;
		return result;
	}

	MigrateResult migrateNow(Flyway flyway, LockedMigration section) {
		return section.migrate(flyway, this.means);
	}

	/**
	 * What a lock protects.
	 *
	 * @param target the schema
	 * @param bootstrap the creation of its history
	 */
	record Home(ProtectedSchema target, HistoryBootstrap bootstrap) {
	}

	/**
	 * What is done around the migrations of one Flyway, under the same lock.
	 *
	 * @param preconditions checked before migrations
	 * @param before what has to be done before them
	 * @param after what has to be done after them
	 * @param initializer calls {@code migrate()} itself, {@code null} if there is none
	 */
	record Surroundings(Preconditions preconditions, Work before, Work after, @Nullable Runnable initializer) {

		List<String> pending() {
			List<String> pending = new ArrayList<>(this.before.pending());
			pending.addAll(this.after.pending());
			return pending;
		}

		@Nullable Remainder left(RuntimeException failure) {
			Remainder left = this.before.left(failure);
			return (left != null) ? left : this.after.left(failure);
		}

	}

}

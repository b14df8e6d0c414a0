package dev.startgate.flyway;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

import dev.startgate.flyway.ActiveSection.Means;
import dev.startgate.flyway.HistoryLook.Run;
import dev.startgate.gate.Gate;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Retries;
import dev.startgate.gate.Time;
import dev.startgate.gate.Work;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * Prepares what each Flyway does in its critical section, and knows which are in one.
 */
public final class FlywayRuns {

	private final Means means;

	private final LockSource locks;

	private final ForeignLockWait foreignLock;

	private final boolean migrates;

	private final OnInterrupted onInterrupted;

	/** Of all threads: a strategy may migrate in another one than it runs in. */
	private final Deque<ActiveSection> active = new ConcurrentLinkedDeque<>();

	/**
	 * Create a new object.
	 * @param gate the gate
	 * @param time the time
	 * @param pause the pause before another attempt
	 * @param retries how many attempts there are
	 * @param locks opens locks
	 * @param foreignLock waits for whoever has Flyway's own lock
	 * @param migrates whether this replica migrates at all
	 * @param onInterrupted what is done about a migration that may be half done
	 * @param lockByTransaction whether the application has chosen that Flyway's own lock
	 * on PostgreSQL is one by a transaction
	 */
	public FlywayRuns(Gate gate, Time time, Pause pause, Retries retries, LockSource locks, ForeignLockWait foreignLock,
			boolean migrates, OnInterrupted onInterrupted, boolean lockByTransaction) {
		this.means = new Means(gate, time, pause, retries, lockByTransaction);
		this.locks = locks;
		this.foreignLock = foreignLock;
		this.migrates = migrates;
		this.onInterrupted = onInterrupted;
	}

	/**
	 * Return what the lock of a Flyway protects, with the creation of its history.
	 * @param configuration the configuration of the Flyway
	 * @param mayBaseline whether something of the application may make a baseline
	 */
	Home home(Configuration configuration, boolean mayBaseline) {
		FlywayVersion.check();
		HistoryBootstrap bootstrap = new HistoryBootstrap(configuration, mayBaseline,
				() -> this.foreignLock.await(configuration));
		return new Home(FlywayTarget.of(configuration, bootstrap), bootstrap);
	}

	/**
	 * Prepare a run.
	 * @param name the name of the Flyway
	 * @param flyway the Flyway
	 * @param home what the lock protects
	 * @param preconditions asked before migrations
	 * @param before what has to be done before it
	 * @param after what has to be done after it, under the same lock
	 * @param initializer what calls {@code migrate()}, if it is not to be called here
	 */
	FlywayRun prepare(FlywayName name, Flyway flyway, Home home, Preconditions preconditions, Work before, Work after,
			@Nullable Runnable initializer) {
		Configuration configuration = flyway.getConfiguration();
		History table = History.of(configuration, name);
		InvalidIndexes indexes = new InvalidIndexes(table, this.locks, configuration);
		MigrationNotes notes = new MigrationNotes(table, this.onInterrupted,
				new FailedRows(this.locks, FlywayTarget.of(configuration)), indexes);
		Run run = (initializer != null) ? Run.ALWAYS : Run.IF_PENDING;
		HistoryLook history = new HistoryLook(flyway, this.migrates ? run : Run.NEVER);
		FlywayRun[] own = new FlywayRun[1];
		FlywayWork work = new FlywayWork(name, history, before, after, notes,
				(lease) -> this.foreignLock.await(configuration, lease), (given) -> {
					preconditions.check(home.target(), given);
					perform(own[0], initializer,
							new ActiveSection(name, flyway, given, home.bootstrap(), notes, preconditions.files()));
				}, new HistoryInquiry(name, this.locks, configuration, indexes, !this.migrates));
		own[0] = new FlywayRun(name, flyway, home.target(), history, work);
		return own[0];
	}

	private void perform(FlywayRun run, @Nullable Runnable initializer, ActiveSection section) {
		this.active.push(section);
		try {
			if (initializer != null) {
				initializer.run();
			}
			else {
				run.returned(migrateNow(section.flyway(), section));
			}
		}
		finally {
			this.active.remove(section);
		}
	}

	MigrateResult migrateNow(Flyway flyway, ActiveSection section) {
		return section.migrate(flyway, this.means);
	}

	/**
	 * Find the section that a Flyway is in, or another one with the same history.
	 */
	Optional<ActiveSection> findActive(Flyway flyway) {
		return this.active.stream()
			.filter((outer) -> FlywayTarget.isSame(outer.flyway().getConfiguration(), flyway.getConfiguration()))
			.findFirst();
	}

	/**
	 * What a lock protects.
	 *
	 * @param target the schema
	 * @param bootstrap the creation of its history
	 */
	record Home(LockTarget target, HistoryBootstrap bootstrap) {
	}

}

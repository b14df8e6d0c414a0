package dev.startgate.flyway;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

import dev.startgate.GateState;
import dev.startgate.MigrationCoordinator;
import dev.startgate.gate.BeforeMigrations;
import dev.startgate.flyway.HistoryLook.Run;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.DeferredMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import dev.startgate.gate.Section;
import dev.startgate.gate.NoWork;
import dev.startgate.gate.Outcome;
import dev.startgate.gate.Time;
import dev.startgate.gate.Work;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * Runs each Flyway in a critical section of its own database. Re-entrant: what a
 * migration strategy calls inside a section belongs to that section.
 */
public final class FlywayCoordinator implements MigrationCoordinator {

	private static final Function<LockTarget, Work> NOTHING = (target) -> NoWork.INSTANCE;

	private final Gate gate;

	private final Time time;

	private final Section section;

	private final LockSource locks;

	private final CompletedMigrations completed;

	private final BeforeMigrations before;

	private final DeferredMigrations deferred;

	private final Preconditions preconditions;

	private final ForeignLockWait foreignLock;

	private final boolean rerun;

	private final boolean migrates;

	private final SchemaWatch watch;

	/** Of all threads: a strategy may migrate in another one than it runs in. */
	private final Deque<ActiveSection> active = new ConcurrentLinkedDeque<>();

	/**
	 * Create a coordinator.
	 * @param gate the gate
	 * @param time the time
	 * @param section the order of steps
	 * @param locks opens locks
	 * @param completed collects what happened
	 * @param before what has to be done before migrations
	 * @param deferred keeps the migrations of beans, if they come later
	 * @param preconditions asked before migrations
	 * @param foreignLock waits for whoever has Flyway's own lock
	 * @param migrates whether this replica migrates at all
	 * @param rerun whether an interrupted migration is run again
	 * @param watch told of each schema that has been migrated, by whomever
	 */
	public FlywayCoordinator(Gate gate, Time time, Section section, LockSource locks, CompletedMigrations completed,
			BeforeMigrations before, DeferredMigrations deferred, Preconditions preconditions,
			ForeignLockWait foreignLock, boolean migrates, boolean rerun, SchemaWatch watch) {
		this.gate = gate;
		this.time = time;
		this.section = section;
		this.locks = locks;
		this.completed = completed;
		this.before = before;
		this.deferred = deferred;
		this.preconditions = preconditions;
		this.foreignLock = foreignLock;
		this.migrates = migrates;
		this.rerun = rerun;
		this.watch = watch;
	}

	@Override
	public MigrateResult migrate(Flyway flyway) {
		return CoordinatedSubclass.find(flyway).map(this::migrateBean).orElseGet(() -> migrateObject(flyway));
	}

	private MigrateResult migrateObject(Flyway flyway) {
		return findActive(flyway).map((outer) -> migrateNow(flyway, outer))
			.orElseGet(() -> run(FlywayTarget.of(flyway.getConfiguration()).table(), flyway, NOTHING, NOTHING, null));
	}

	/**
	 * Migrate with a Flyway bean. Once the gate is open the application, usually a test,
	 * does what it likes.
	 */
	MigrateResult migrateBean(CoordinatedFlyway bean) {
		Optional<ActiveSection> outer = findActive(bean);
		if (outer.isPresent()) {
			return migrateNow(bean.application(), outer.get());
		}
		if (this.gate.snapshot().state() == GateState.OPEN) {
			return bean.application().migrate();
		}
		if (this.deferred.defer((after) -> run(bean, after, null))) {
			return NothingMigrated.result(bean, null);
		}
		return run(bean, NOTHING, null);
	}

	/**
	 * Run an initializer of which nobody knows what it does with a Flyway.
	 */
	void initialize(CoordinatedFlyway bean, Runnable initializer) {
		if (!this.deferred.defer((after) -> run(bean, after, initializer))) {
			run(bean, NOTHING, initializer);
		}
	}

	private MigrateResult run(CoordinatedFlyway bean, Function<LockTarget, Work> after,
			@Nullable Runnable initializer) {
		return run(bean.name(), bean.application(),
				(target) -> this.before.of(target, () -> Precheck.isSchemaNewer(bean.application())), after,
				initializer);
	}

	/**
	 * A Flyway was cleaned: if that happened under a lease, its tables are gone too.
	 */
	void cleaned(CoordinatedFlyway bean) {
		findActive(bean).ifPresent(ActiveSection::cleaned);
	}

	private MigrateResult run(String name, Flyway flyway, Function<LockTarget, Work> before,
			Function<LockTarget, Work> after, @Nullable Runnable initializer) {
		Configuration configuration = flyway.getConfiguration();
		HistoryBootstrap bootstrap = new HistoryBootstrap(configuration, () -> this.foreignLock.await(configuration));
		LockTarget target = FlywayTarget.of(configuration, bootstrap);
		MigrationNotes notes = new MigrationNotes(History.of(configuration), this.rerun,
				() -> InvalidIndexes.dropStatements(this.locks, target));
		MigrateResult[] result = new MigrateResult[1];
		Run run = (initializer != null) ? Run.ALWAYS : Run.IF_PENDING;
		HistoryLook history = new HistoryLook(flyway, this.migrates ? run : Run.NEVER);
		FlywayWork work = new FlywayWork(name, history, before.apply(target), after.apply(target), notes,
				(lease) -> this.foreignLock.await(configuration, lease), (given) -> {
					this.preconditions.check(target, given);
					ActiveSection section = new ActiveSection(flyway, given, bootstrap, notes,
							this.preconditions.files());
					this.active.push(section);
					try {
						if (initializer != null) {
							initializer.run();
						}
						else {
							result[0] = migrateNow(flyway, section);
						}
					}
					finally {
						this.active.remove(section);
					}
				});
		Outcome outcome = this.section.run(work, () -> this.locks.open(target));
		boolean changed = new MigrationReport(this.completed, this.gate.snapshot().replica()).add(name, work, history,
				outcome);
		this.watch.reached(name, target, history.last(), changed);
		return (result[0] != null) ? result[0] : NothingMigrated.result(flyway, history.first().version());
	}

	private MigrateResult migrateNow(Flyway flyway, ActiveSection section) {
		return section.migrate(flyway, this.gate, this.time);
	}

	private Optional<ActiveSection> findActive(Flyway flyway) {
		return this.active.stream()
			.filter((outer) -> FlywayTarget.isSame(outer.flyway().getConfiguration(), flyway.getConfiguration()))
			.findFirst();
	}

}

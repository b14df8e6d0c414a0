package dev.startgate.flyway;

import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.GateState;
import dev.startgate.MigrationCoordinator;
import dev.startgate.coordination.BeforeMigrations;
import dev.startgate.coordination.DeferredMigrations;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Work;
import dev.startgate.coordination.WorkOutcome;
import dev.startgate.coordination.WorkRunner;
import dev.startgate.flyway.FlywayRuns.Home;
import dev.startgate.flyway.FlywayRuns.Surroundings;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.CleanResult;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;

/**
 * Runs each Flyway in a critical section of its own database. Data migrations run after
 * those of their schema. A call that a migration strategy makes inside a section belongs
 * to that section.
 */
public final class FlywayCoordinator implements MigrationCoordinator {

	private static final Function<ProtectedSchema, Work> NOTHING = (target) -> Work.NOTHING;

	private final Gate gate;

	private final WorkRunner section;

	private final LockFactory locks;

	private final CompletedMigrations completed;

	private final BeforeMigrations before;

	private final DeferredMigrations deferred;

	private final Preconditions preconditions;

	private final DataMigrations data;

	private final FlywayRuns runs;

	private final SchemaWatch watch;

	/** The beans that the application has asked to migrate, at once or later. */
	private final Set<Flyway> asked = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

	private final Set<Flyway> empty = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

	private volatile boolean migratedObjects;

	/**
	 * Create a coordinator.
	 * @param gate the gate
	 * @param section does the work or waits for it, as the mode says
	 * @param locks opens locks
	 * @param completed collects what happened
	 * @param before what has to be done before migrations
	 * @param deferred keeps the migrations of beans that are to run later
	 * @param preconditions checked before migrations
	 * @param data the data migrations
	 * @param runs prepares what is done in a section
	 * @param watch hears of each schema that has been migrated, here or elsewhere
	 */
	public FlywayCoordinator(Gate gate, WorkRunner section, LockFactory locks, CompletedMigrations completed,
			BeforeMigrations before, DeferredMigrations deferred, Preconditions preconditions, DataMigrations data,
			FlywayRuns runs, SchemaWatch watch) {
		this.gate = gate;
		this.section = section;
		this.locks = locks;
		this.completed = completed;
		this.before = before;
		this.deferred = deferred;
		this.preconditions = preconditions;
		this.data = data;
		this.runs = runs;
		this.watch = watch;
	}

	@Override
	public MigrateResult migrate(Flyway flyway) {
		return CoordinatedSubclass.find(flyway).map(this::migrateBean).orElseGet(() -> migrateObject(flyway));
	}

	private MigrateResult migrateObject(Flyway flyway) {
		this.migratedObjects = true;
		return this.runs.active().join(flyway).map((outer) -> this.runs.migrateNow(flyway, outer)).orElseGet(() -> {
			Home home = this.runs.home(flyway.getConfiguration(), false);
			return run(this.runs.prepare(FlywayName.ofObject(home.target().table(), home.target().schema()), flyway,
					home, new Surroundings(this.preconditions, Work.NOTHING, Work.NOTHING, null), () -> false));
		});
	}

	/**
	 * Migrate with a Flyway bean. Once the gate is open, a call goes directly to the
	 * application's Flyway: it usually comes from a test.
	 */
	MigrateResult migrateBean(CoordinatedFlyway bean) {
		boolean first = this.asked.add(bean);
		Runnable rehearsed = this.runs.rehearsed();
		if (rehearsed != null) {
			return first ? rehearse(bean, rehearsed) : FlywayRuns.nothingMigrated(bean, null);
		}
		Optional<LockedMigration> outer = this.runs.active().join(bean);
		if (outer.isPresent()) {
			return this.runs.migrateNow(bean.application(), outer.get());
		}
		if (this.gate.snapshot().state() == GateState.OPEN) {
			return bean.application().migrate();
		}
		if (this.deferred.defer((after) -> run(bean, after, null, false))) {
			return FlywayRuns.nothingMigrated(bean, null);
		}
		return run(bean, NOTHING, null, true);
	}

	private MigrateResult rehearse(CoordinatedFlyway bean, Runnable rehearsed) {
		MigrateResult result = run(bean, NOTHING, null, true);
		rehearsed.run();
		return result;
	}

	/**
	 * Run an initializer that may do anything with a Flyway.
	 */
	void initialize(CoordinatedFlyway bean, Runnable initializer) {
		if (this.runs.leavesOut("the strategy or initializer of '" + bean.name()
				+ "', because it may do anything. What is pending is rehearsed without it")) {
			migrateBean(bean);
			return;
		}
		this.asked.add(bean);
		if (!this.deferred.defer((after) -> run(bean, after, initializer, false))) {
			run(bean, NOTHING, initializer, true);
		}
	}

	/** Return whether anything has migrated with a Flyway that is no bean. */
	boolean hasMigratedObjects() {
		return this.migratedObjects;
	}

	/**
	 * Return whether any Flyway bean with the same history was asked to migrate.
	 */
	boolean hasBeenAsked(Configuration history) {
		return asked().anyMatch((configuration) -> FlywayTarget.isSame(configuration, history));
	}

	/** Find the schema that is locked for the migrations of a data source. */
	public Optional<ProtectedSchema> schemaIn(DataSource dataSource) {
		return asked().map((configuration) -> this.runs.home(configuration, true).target())
			.filter((target) -> target.dataSource().equals(dataSource))
			.min(Comparator.comparing((target) -> target.schema() + "." + target.table()));
	}

	private Stream<Configuration> asked() {
		return List.copyOf(this.asked).stream().map(Flyway::getConfiguration);
	}

	/** Return whether a Flyway bean has neither migrations nor callbacks. */
	boolean isWithoutMigrations(CoordinatedFlyway bean) {
		return this.empty.contains(bean);
	}

	/** Clean. A section restores the tables of the lease, which are dropped, too. */
	CleanResult clean(CoordinatedFlyway bean) {
		return this.runs.active()
			.find(bean)
			.map((section) -> section.clean(bean.application(),
					this.data.history(bean.name(), bean.getConfiguration())))
			.orElseGet(bean.application()::clean);
	}

	/**
	 * Return whether a Flyway is in its section, so that its strategy makes the call.
	 */
	boolean isRunning(CoordinatedFlyway bean) {
		return this.runs.active().find(bean).isPresent();
	}

	/**
	 * Migrate the schema and its data.
	 * @param early whether there may be beans that don't exist yet
	 */
	private MigrateResult run(CoordinatedFlyway bean, Function<ProtectedSchema, Work> after,
			@Nullable Runnable initializer, boolean early) {
		Home home = this.runs.home(bean.getConfiguration(), initializer != null);
		boolean withData = this.data.follow(bean.name());
		if (withData) {
			this.data.check(bean.getConfiguration());
		}
		boolean later = withData && early && this.data.needBeans();
		Work last = after.apply(home.target());
		FlywayRun data = (withData && !later) ? data(bean, home, last) : null;
		FlywayRun schema = this.runs.prepare(bean.called(), bean.application(), home,
				new Surroundings(this.preconditions,
						this.before.of(home.target(), () -> Precheck.isSchemaNewer(bean.application())),
						(data != null) ? data : last, initializer),
				() -> false);
		MigrateResult result = (data != null) ? run(schema, data) : run(schema);
		if (initializer == null && schema.isEmpty()) {
			this.empty.add(bean);
		}
		if (later) {
			this.deferred.keep(() -> run(data(bean, home, Work.NOTHING)));
			this.runs.leavesOut("the data migrations, because they need the beans of the application");
		}
		return result;
	}

	private FlywayRun data(CoordinatedFlyway schema, Home home, Work after) {
		Flyway flyway = this.data.flyway(schema.getConfiguration());
		this.before.ask(() -> Precheck.isSchemaNewer(flyway));
		return this.runs.prepare(DataMigrations.NAME, flyway, home,
				new Surroundings(this.data.preconditions(), Work.NOTHING, after, null),
				() -> Precheck.isSchemaNewer(schema.application()));
	}

	/**
	 * Run the first one, which includes those after it, in a section. Report all of them.
	 */
	private MigrateResult run(FlywayRun... runs) {
		FlywayRun first = runs[0];
		WorkOutcome outcome = this.section.run(first, () -> this.locks.open(first.target()));
		this.completed.addWaited(outcome.waited());
		Stream.of(runs)
			.forEach((run) -> run.report(outcome, this.completed, this.gate.snapshot().replica(), this.watch));
		return first.result();
	}

}

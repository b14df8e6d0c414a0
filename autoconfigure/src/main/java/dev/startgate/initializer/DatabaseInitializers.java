package dev.startgate.initializer;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import javax.sql.DataSource;

import dev.startgate.GateState;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.WorkRunner;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;

/**
 * Runs database initializers: each content on one replica first, under the lock of the
 * migrations in that database. The other replicas run it afterwards, as they would
 * without Startgate, and find everything done. If it would drop or empty tables, they
 * leave it out. If a content was run before, no lock is touched.
 */
public final class DatabaseInitializers {

	/**
	 * The properties that say what Hibernate does to the schema. The first one that is
	 * set wins.
	 */
	public static final List<String> HIBERNATE_ACTIONS = List.of(
			"jakarta.persistence.schema-generation.database.action",
			"javax.persistence.schema-generation.database.action", "hibernate.hbm2ddl.auto");

	private static final Logger logger = LoggerFactory.getLogger(DatabaseInitializers.class);

	private final boolean coordinated;

	private final Gate gate;

	private final WorkRunner section;

	private final LockFactory locks;

	private final CompletedMigrations completed;

	private final Function<DataSource, Optional<ProtectedSchema>> schemas;

	/**
	 * Create a new object.
	 * @param coordinated whether this replica coordinates initializers with others
	 * @param gate the gate
	 * @param section the order of steps around work under the lock
	 * @param locks opens locks
	 * @param completed collects what happened
	 * @param schemas finds the schema that is migrated in a database
	 */
	public DatabaseInitializers(boolean coordinated, Gate gate, WorkRunner section, LockFactory locks,
			CompletedMigrations completed, Function<DataSource, Optional<ProtectedSchema>> schemas) {
		this.coordinated = coordinated;
		this.gate = gate;
		this.section = section;
		this.locks = locks;
		this.completed = completed;
		this.schemas = schemas;
	}

	void run(String bean, InitializingBean initializer) throws Exception {
		Optional<Initialization> known = isCoordinated() ? KnownInitializers.find(initializer) : Optional.empty();
		Optional<ProtectedSchema> schema = known.map(Initialization::dataSource).flatMap(this.schemas);
		if (schema.isEmpty() || !run(bean, initializer, known.get(), schema.get())) {
			initializer.afterPropertiesSet();
		}
	}

	/**
	 * An initializer that a migration creates is in the critical section already. One
	 * that is created after the start belongs to no start.
	 */
	private boolean isCoordinated() {
		GateState state = this.gate.snapshot().state();
		return this.coordinated && state != GateState.MIGRATING && state != GateState.OPEN && state != GateState.FAILED;
	}

	/**
	 * Run an initializer under the lock, unless its content was run before.
	 * @return whether nothing is left to run
	 */
	private boolean run(String bean, InitializingBean initializer, Initialization known, ProtectedSchema schema)
			throws Exception {
		InitializerWork work = new InitializerWork(bean, known.content(), initializer,
				this.locks.appliedVersions(schema));
		this.completed.addWaited(this.section.run(work, () -> this.locks.open(schema)).waited());
		work.rethrow();
		if (!work.isDone() && known.destructive()) {
			logger.info("The database initializer '{}' is left out: it would drop what it has created on the first "
					+ "replica", bean);
		}
		return work.isDone() || known.destructive();
	}

}

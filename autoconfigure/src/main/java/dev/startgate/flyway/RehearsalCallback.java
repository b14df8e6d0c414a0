package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

import dev.startgate.flyway.ddl.LockReport;
import dev.startgate.flyway.ddl.PatientStatements;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs around each migration of a rehearsal.
 */
final class RehearsalCallback implements Callback {

	private static final Logger logger = LoggerFactory.getLogger(RehearsalCallback.class);

	private static final Set<Event> EVENTS = EnumSet.of(Event.BEFORE_EACH_MIGRATE, Event.AFTER_EACH_MIGRATE,
			Event.AFTER_EACH_MIGRATE_ERROR);

	private final FlywayName name;

	private final RehearsedConnection connection;

	private final PreconditionFiles preconditions;

	private final LockReport locks;

	private final Set<String> begun = new HashSet<>();

	private @Nullable MigrationInfo current;

	RehearsalCallback(FlywayName name, RehearsedConnection connection, PreconditionFiles preconditions,
			LockReport locks) {
		this.name = name;
		this.connection = connection;
		this.preconditions = preconditions;
		this.locks = locks;
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
		switch (event) {
			case BEFORE_EACH_MIGRATE -> begin(context);
			case AFTER_EACH_MIGRATE -> {
				this.connection.ended();
				this.locks.ends();
				if (!context.getConfiguration().isGroup()) {
					this.locks.committed();
				}
				this.current = null;
				logger.info("Rehearsed {}", this.name.called(context.getMigrationInfo()));
			}
			case AFTER_EACH_MIGRATE_ERROR -> this.connection.ended();
			default -> throw new IllegalStateException("Not asked for: " + event);
		}
	}

	private void begin(Context context) {
		MigrationInfo migration = context.getMigrationInfo();
		this.current = migration;
		this.begun.add(migration.getScript());
		try {
			if (context.getConnection().getAutoCommit()) {
				throw new NotRehearsedException("is not in a transaction");
			}
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to rehearse", ex);
		}
		this.preconditions.check(context, this.name.owner(), false);
		String called = this.name.called(migration);
		this.locks.begins(called, this.connection.unwatched());
		this.connection.begun(new PatientStatements(called, this.connection.unwatched(), this.locks, (who) -> {
		}, () -> true));
	}

	/**
	 * Return the migration that was begun and has not ended.
	 */
	@Nullable MigrationInfo stopped() {
		return this.current;
	}

	boolean hasBegun(MigrationInfo migration) {
		return this.begun.contains(migration.getScript());
	}

	@Override
	public String getCallbackName() {
		return "startgate";
	}

}

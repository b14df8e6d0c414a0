package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.WorkSessions;
import dev.startgate.flyway.FlywayLog.Quiet;
import dev.startgate.flyway.ddl.LockReport;
import dev.startgate.flyway.ddl.StrongLockDatabases;
import dev.startgate.sql.Causes;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs migrations in one transaction that is rolled back, history included. Flyway's own
 * lock keeps a rehearsal apart from real migrations, however these are run.
 */
final class Rehearsal {

	private static final Logger logger = LoggerFactory.getLogger(Rehearsal.class);

	private static final String SEQUENCES = "select schemaname, sequencename, last_value from pg_sequences"
			+ " where last_value is not null";

	private final RehearsedConnection connection;

	private final WorkSessions sessions;

	private final LockReport locks;

	private Rehearsal(RehearsedConnection connection, WorkSessions sessions, LockReport locks) {
		this.connection = connection;
		this.sessions = sessions;
		this.locks = locks;
	}

	/**
	 * Rehearse.
	 * @param target where the history is
	 * @param connections lends the connection that is rolled back, and one to look with
	 * @param databases knows the database
	 * @param replica the replica that rehearses
	 * @param report makes the report about locks
	 * @param work runs the migrations
	 * @return the result of the work
	 * @throws UnrehearsableDatabaseException if the database may commit by itself
	 */
	static List<String> of(ProtectedSchema target, LockFactory connections, StrongLockDatabases databases,
			String replica, Function<WorkSessions, LockReport> report, Function<Rehearsal, List<String>> work) {
		AtomicReference<@Nullable List<String>> result = new AtomicReference<>();
		try {
			connections.lend(target, (asking) -> {
				asking.setAutoCommit(true);
				WorkSessions sessions = new RehearsalSessions(asking);
				connections.lend(target, (connection) -> {
					ensureRollsBack(connection, databases);
					result.set(of(new RehearsedConnection(connection, replica), asking, sessions,
							report.apply(sessions), work));
				});
			});
		}
		catch (SQLException ex) {
			DatabaseUnreachableException.throwIfCausing(ex);
			throw new IllegalStateException("Could not get a connection for the rehearsal", ex);
		}
		return Objects.requireNonNull(result.get());
	}

	private static void ensureRollsBack(Connection connection, StrongLockDatabases databases) throws SQLException {
		if (!databases.canRollBackChanges(connection)) {
			DatabaseMetaData database = connection.getMetaData();
			throw new UnrehearsableDatabaseException(
					database.getDatabaseProductName() + " " + database.getDatabaseProductVersion());
		}
	}

	private static List<String> of(RehearsedConnection connection, Connection asking, WorkSessions sessions,
			LockReport locks, Function<Rehearsal, List<String>> work) throws SQLException {
		Map<String, Long> before = sequences(asking);
		try (locks) {
			return work.apply(new Rehearsal(connection, sessions, locks));
		}
		finally {
			try {
				connection.unwatched().rollback();
				tellWhatMoved(before, sequences(asking));
			}
			catch (SQLException ex) {
				logger.debug("The database has rolled back by itself", ex);
			}
		}
	}

	/**
	 * Return the last values of those PostgreSQL sequences that were used and may be
	 * read. A rollback does not move a sequence back.
	 */
	private static Map<String, Long> sequences(Connection connection) throws SQLException {
		Map<String, Long> last = new TreeMap<>();
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(SEQUENCES)) {
			while (row.next()) {
				last.put(Identifiers.STANDARD.qualified(row.getString(1), row.getString(2)), row.getLong(3));
			}
		}
		return last;
	}

	/** Warn of sequences that have moved. Other sessions may have moved them, too. */
	private static void tellWhatMoved(Map<String, Long> before, Map<String, Long> now) {
		now.forEach((sequence, value) -> {
			Long earlier = before.get(sequence);
			if (!value.equals(earlier)) {
				logger.warn("Sequence {} has moved from {} to {} meanwhile, and is not moved back", sequence,
						(earlier != null) ? earlier : "its beginning", value);
			}
		});
	}

	WorkSessions sessions() {
		return this.sessions;
	}

	/**
	 * Run the migrations of a Flyway.
	 * @param name what it is called
	 * @param application its configuration
	 * @param left the descriptions of the repeatable migrations that are left as they are
	 * @param pending its other pending migrations
	 * @param preconditions the files that are asked just before single migrations
	 * @return what could not be rehearsed, and why
	 */
	List<String> run(FlywayName name, Configuration application, Set<String> left, List<MigrationInfo> pending,
			PreconditionFiles preconditions) {
		RehearsalCallback callback = new RehearsalCallback(name, this.connection, preconditions, this.locks);
		try {
			Flyway flyway = flyway(application, left, callback);
			FlywayLog.with(flyway.getConfiguration(), Quiet.EVERYTHING, flyway::migrate);
			return List.of();
		}
		catch (RuntimeException ex) {
			NotRehearsedException end = Causes.first(ex, NotRehearsedException.class).orElseThrow(() -> ex);
			return missed(name, callback, pending, end.why());
		}
	}

	private Flyway flyway(Configuration application, Set<String> left, RehearsalCallback callback) {
		Flyway copy = MigrateCallbacks.copy(application);
		ClassicConfiguration configuration = MigrateCallbacks.configuration(copy);
		configuration.setDataSource(this.connection);
		SessionLock.useTransaction(configuration);
		GuardedFlyway.prepare(configuration, application, left, callback);
		return copy;
	}

	private static List<String> missed(FlywayName name, RehearsalCallback callback, List<MigrationInfo> pending,
			String why) {
		MigrationInfo current = callback.stopped();
		List<String> missed = new ArrayList<>();
		missed.add(((current != null) ? name.called(current) : "a callback") + ", because it " + why);
		pending.stream()
			.filter((one) -> !callback.hasBegun(one))
			.forEach((one) -> missed.add(name.called(one) + ", because it comes after that"));
		return missed;
	}

}

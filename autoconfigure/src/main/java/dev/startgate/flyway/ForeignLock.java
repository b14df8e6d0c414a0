package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.startgate.GateSnapshot.Unsettled;
import org.flywaydb.core.api.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Flyway's own lock on a history, held by a session outside of Startgate.
 */
interface ForeignLock {

	/**
	 * Look which session has the lock.
	 * @param connection a connection, in autocommit
	 * @return that session, and what a person types to end it
	 * @throws SQLException if that can't be found out
	 */
	Optional<Unsettled> holder(Connection connection) throws SQLException;

	/**
	 * Return the lock that Flyway takes, if it is one of a session on this database.
	 */
	static @Nullable ForeignLock of(Configuration configuration, Connection connection) throws SQLException {
		String table = configuration.getTable();
		String configured = FlywayTarget.of(configuration).schema();
		return switch (connection.getMetaData().getDatabaseProductName()) {
			case "PostgreSQL" -> {
				String schema = (configured != null) ? configured : connection.getSchema();
				yield (schema != null) ? new PostgreSqlForeignLock(schema, table) : null;
			}
			case "MySQL", "MariaDB" -> {
				String schema = (configured != null) ? configured : connection.getCatalog();
				yield (schema != null) ? new MySqlForeignLock(schema, table) : null;
			}
			default -> null;
		};
	}

	/**
	 * Describe the session that has the lock.
	 */
	static Unsettled describe(long id, @Nullable String user, Instant since, String endStatement,
			@Nullable String... whereFrom) {
		String session = "session " + id + ((user != null) ? " of user '" + user + "'" : "");
		List<String> from = Arrays.stream(whereFrom).filter((one) -> one != null && !one.isBlank()).toList();
		String atWork = "which has Flyway's own lock, at work since " + since.truncatedTo(ChronoUnit.SECONDS);
		String end = "; to end it by hand: " + endStatement;
		if (!from.isEmpty() && from.get(0).startsWith(RehearsedConnection.NAME)) {
			String where = String.join(", ", from.subList(1, from.size()));
			return new Unsettled("a " + from.get(0) + " (" + session + (where.isEmpty() ? "" : ", ") + where + ")",
					since, atWork + end);
		}
		return new Unsettled(session + (from.isEmpty() ? "" : " (" + String.join(", ", from) + ")"), since,
				atWork + ": an application without Startgate, or Flyway on a command line" + end);
	}

}

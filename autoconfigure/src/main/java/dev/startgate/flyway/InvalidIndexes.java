package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes on PostgreSQL that an interrupted {@code CREATE INDEX CONCURRENTLY} has left:
 * no query uses them, every write keeps them up, and {@code IF NOT EXISTS} takes them for
 * good.
 */
final class InvalidIndexes {

	private static final Logger logger = LoggerFactory.getLogger(InvalidIndexes.class);

	/** The index of a partitioned table may be invalid for a good reason. */
	private static final String QUERY = "select n.nspname, c.relname from pg_index i"
			+ " join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
			+ " where not i.indisvalid and c.relkind = 'i'"
			+ " and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' order by 1, 2";

	private InvalidIndexes() {
	}

	/**
	 * Return what a person types to remove them.
	 * @return a statement for each
	 */
	static List<String> dropStatements(LockSource connections, LockTarget target) {
		List<String> statements = new ArrayList<>();
		try {
			connections.lend(target, (connection) -> {
				if ("PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
					read(connection, statements);
				}
			});
		}
		catch (SQLException ex) {
			logger.warn("Could not look for invalid indexes: {}", ex.getMessage());
		}
		return statements;
	}

	private static void read(Connection connection, List<String> statements) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
			while (row.next()) {
				statements.add("drop index concurrently " + quoted(row.getString(1)) + "." + quoted(row.getString(2)));
			}
		}
	}

	private static String quoted(String identifier) {
		return "\"" + identifier.replace("\"", "\"\"") + "\"";
	}

}

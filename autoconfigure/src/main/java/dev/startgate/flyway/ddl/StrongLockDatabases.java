package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Knows the databases on which a statement can step back from a strong lock.
 */
public final class StrongLockDatabases {

	/** Databases that speak the same protocol, but change a schema in another way. */
	private static final Pattern OTHERS = Pattern
		.compile("-YB-|REDSHIFT|TIDB|VITESS|SINGLESTORE|MEMSQL|OCEANBASE|DORIS|STARROCKS");

	private static final Supplier<@Nullable StrongLocks> NONE = () -> null;

	private volatile @Nullable Supplier<@Nullable StrongLocks> known;

	/**
	 * Return the locks of a database, for one session. The database is asked once.
	 * @return the locks, {@code null} if nothing is known about them
	 */
	@Nullable StrongLocks of(Connection connection) throws SQLException {
		Supplier<@Nullable StrongLocks> found = this.known;
		if (found == null) {
			found = ask(connection);
			this.known = found;
		}
		return found.get();
	}

	/**
	 * Return whether a transaction can be rolled back together with its changes of the
	 * schema.
	 * @param connection a connection
	 * @return whether it is known that it can
	 * @throws SQLException if the database can't tell
	 */
	public boolean canRollBackChanges(Connection connection) throws SQLException {
		return of(connection) instanceof PostgreSqlStrongLocks;
	}

	private static Supplier<@Nullable StrongLocks> ask(Connection connection) throws SQLException {
		String product = connection.getMetaData().getDatabaseProductName();
		return switch (product) {
			case "PostgreSQL", "MySQL", "MariaDB" -> {
				String version = version(connection);
				boolean postgreSql = product.equals("PostgreSQL");
				yield (OTHERS.matcher(version).find() || (postgreSql && !version.startsWith("POSTGRESQL "))) ? NONE
						: postgreSql ? PostgreSqlStrongLocks::new : MySqlStrongLocks::new;
			}
			default -> NONE;
		};
	}

	private static String version(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select version()")) {
			return row.next() ? String.valueOf(row.getString(1)).toUpperCase(Locale.ROOT) : "";
		}
	}

}

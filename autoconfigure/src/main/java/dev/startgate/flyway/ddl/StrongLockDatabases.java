package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.ScriptDatabases;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * Knows the databases on which a statement can step back from a strong lock.
 */
public final class StrongLockDatabases {

	/** Databases that speak the same protocol, but change a schema in another way. */
	private static final Pattern OTHERS = Pattern.compile("-YB-|REDSHIFT|" + ScriptDatabases.LIKE_MYSQL);

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
				String version = Queries.text(connection, "select version()").toUpperCase(Locale.ROOT);
				boolean postgreSql = product.equals("PostgreSQL");
				yield (OTHERS.matcher(version).find() || (postgreSql && !version.startsWith("POSTGRESQL "))) ? NONE
						: postgreSql ? PostgreSqlStrongLocks::new : MySqlStrongLocks::new;
			}
			default -> NONE;
		};
	}

}

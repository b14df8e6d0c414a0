package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * Flyway's own lock on PostgreSQL, in the session in which migrations run. A migration
 * may release all locks of that session. Without Startgate, Flyway would keep its lock in
 * another session.
 */
final class KeptLock {

	private static final String TAKE = "SELECT pg_try_advisory_lock(";

	private static final String RELEASE = "SELECT pg_advisory_unlock(";

	/** A lock with one key is stored as its two halves, with 1 in {@code objsubid}. */
	private static final String TAKE_AGAIN = "select pg_try_advisory_lock(%1$s) where not exists (select from pg_locks"
			+ " where locktype = 'advisory' and pid = pg_backend_pid() and objsubid = 1"
			+ " and ((classid::bigint << 32) | objid::bigint) = %1$s)";

	private @Nullable String key;

	/**
	 * Return the SQL to execute in place of Flyway's, so that the release of a lock that
	 * is gone succeeds. With {@code OR TRUE} instead of {@code IS NOT NULL}, PostgreSQL
	 * would not call the function at all.
	 */
	String replace(String sql) {
		if (sql.startsWith(TAKE) && sql.endsWith(")")) {
			this.key = sql.substring(TAKE.length(), sql.length() - 1);
		}
		if (sql.startsWith(RELEASE)) {
			this.key = null;
			return sql + " IS NOT NULL";
		}
		return sql;
	}

	/**
	 * Take the lock again, if Flyway has taken it and the session has lost it.
	 */
	void takeAgain(Connection connection) throws SQLException {
		if (this.key != null) {
			try (Statement statement = connection.createStatement()) {
				statement.execute(TAKE_AGAIN.formatted(this.key));
			}
		}
	}

}

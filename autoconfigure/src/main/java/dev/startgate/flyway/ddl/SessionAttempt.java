package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * An attempt for MySQL and MariaDB. A statement that does not get its lock leaves nothing
 * behind there, and the time-out of the session has whole seconds.
 */
final class SessionAttempt implements LockAttempt {

	private final Connection connection;

	private final long before;

	private final boolean changed;

	private SessionAttempt(Connection connection, long before, boolean changed) {
		this.connection = connection;
		this.before = before;
		this.changed = changed;
	}

	static SessionAttempt begin(Connection connection, Duration most) throws SQLException {
		long seconds = Math.max(1, most.plusMillis(999).toSeconds());
		try (Statement statement = connection.createStatement()) {
			long before;
			try (ResultSet row = statement.executeQuery("select @@session.lock_wait_timeout")) {
				row.next();
				before = row.getLong(1);
			}
			boolean changes = seconds < before;
			if (changes) {
				statement.execute("set session lock_wait_timeout = " + seconds);
			}
			return new SessionAttempt(connection, before, changes);
		}
	}

	@Override
	public void succeeded() throws SQLException {
		if (this.changed) {
			try (Statement statement = this.connection.createStatement()) {
				statement.execute("set session lock_wait_timeout = " + this.before);
			}
		}
	}

	@Override
	public void stepBack() throws SQLException {
		succeeded();
	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.util.ClassUtils;

/**
 * PostgreSQL's {@code LISTEN} and {@code NOTIFY}: a waiting session hears of a release
 * without asking. This needs PostgreSQL's own driver. With another driver the session
 * hears nothing.
 */
final class PostgreSqlReleaseChannel implements ReleaseChannel {

	private static final boolean DRIVER = ClassUtils.isPresent("org.postgresql.PGConnection",
			PostgreSqlReleaseChannel.class.getClassLoader());

	private static final String CHANNEL = "startgate_released";

	@Override
	public boolean listen(Connection connection, LockObservation seen, String lock) throws SQLException {
		execute(connection, "listen");
		return isHeard(connection);
	}

	@Override
	public void unlisten(Connection connection) throws SQLException {
		execute(connection, "unlisten");
	}

	private static void execute(Connection connection, String command) throws SQLException {
		if (isHeard(connection)) {
			try (Statement statement = connection.createStatement()) {
				statement.execute(command + " " + CHANNEL);
			}
		}
	}

	private static boolean isHeard(Connection connection) throws SQLException {
		return DRIVER && connection.isWrapperFor(PGConnection.class);
	}

	@Override
	public void tell(Connection connection, String lock) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select pg_notify('" + CHANNEL + "', ?)")) {
			statement.setString(1, lock);
			statement.execute();
		}
	}

	@Override
	public boolean await(Connection connection, String lock, Duration atMost) throws SQLException {
		return isHeard(connection) && Driver.await(connection, lock, atMost);
	}

	/**
	 * A class of its own, because the driver is optional.
	 */
	private static final class Driver {

		/** Wait at least a millisecond, because the driver takes zero for no limit. */
		static boolean await(Connection connection, String lock, Duration atMost) throws SQLException {
			boolean heard = false;
			PGNotification[] notifications = connection.unwrap(PGConnection.class)
				.getNotifications(Math.max(1, (int) atMost.toMillis()));
			if (notifications != null) {
				for (PGNotification notification : notifications) {
					heard |= notification.getParameter().equals(lock);
				}
			}
			return heard;
		}

	}

}

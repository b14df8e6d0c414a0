package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.util.ClassUtils;

/**
 * PostgreSQL's {@code LISTEN} and {@code NOTIFY}: a session that waits hears of it,
 * without asking. Hearing needs PostgreSQL's own driver; with another one it is just not
 * heard.
 */
final class PostgreSqlReleaseChannel implements ReleaseChannel {

	private static final boolean DRIVER = ClassUtils.isPresent("org.postgresql.PGConnection",
			PostgreSqlReleaseChannel.class.getClassLoader());

	private static final String CHANNEL = "startgate_released";

	@Override
	public void listen(Connection connection) throws SQLException {
		execute(connection, "listen");
	}

	@Override
	public void unlisten(Connection connection) throws SQLException {
		execute(connection, "unlisten");
	}

	private static void execute(Connection connection, String command) throws SQLException {
		if (DRIVER && connection.isWrapperFor(PGConnection.class)) {
			try (Statement statement = connection.createStatement()) {
				statement.execute(command + " " + CHANNEL);
			}
		}
	}

	@Override
	public void tell(Connection connection, String lock) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select pg_notify('" + CHANNEL + "', ?)")) {
			statement.setString(1, lock);
			statement.execute();
		}
	}

	@Override
	public boolean hasHeard(Connection connection, String lock) throws SQLException {
		return DRIVER && connection.isWrapperFor(PGConnection.class) && Driver.hasHeard(connection, lock);
	}

	/**
	 * Apart, because the driver is optional.
	 */
	private static final class Driver {

		static boolean hasHeard(Connection connection, String lock) throws SQLException {
			boolean heard = false;
			PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications();
			if (notifications != null) {
				for (PGNotification notification : notifications) {
					heard |= notification.getParameter().equals(lock);
				}
			}
			return heard;
		}

	}

}

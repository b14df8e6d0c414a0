package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.startgate.lock.LiveSession.Activity;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of MySQL and MariaDB. Their numbers count up from the start of the server.
 * Those of other users are told only to who has the right {@code PROCESS}.
 */
final class MySqlSessions implements Sessions {

	/** The longest name of a user-level lock that MySQL accepts. */
	private static final int LONGEST_NAME = 64;

	private static final String VISIBLE = "select id, user, command, time, left(info, 120), is_used_lock(?),"
			+ " connection_id() from information_schema.processlist";

	private static final int UNKNOWN_THREAD = 1094;

	/** The start of the server is known to the second, more or less. */
	private static final long SAME_START_SECONDS = 2;

	private volatile @Nullable Session self;

	@Override
	public Session of(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select connection_id(), unix_timestamp(), substring_index(user(), '@', 1)")) {
			if (!row.next()) {
				throw new SQLException("The database does not show its own session");
			}
			long began = row.getLong(2) - uptime(connection);
			return new Session(row.getLong(1), String.valueOf(began), row.getString(3));
		}
	}

	private static long uptime(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show global status like 'Uptime'")) {
			return row.next() ? row.getLong(2) : 0;
		}
	}

	static String shortened(String name) {
		return (name.length() <= LONGEST_NAME) ? name
				: name.substring(0, LONGEST_NAME - 9) + "-" + Integer.toHexString(name.hashCode());
	}

	@Override
	public boolean tryLock(Connection connection, String name) throws SQLException {
		return call(connection, "select get_lock(?, 0)", name) == 1;
	}

	@Override
	public void unlock(Connection connection, String name) throws SQLException {
		call(connection, "select release_lock(?)", name);
	}

	private static long call(Connection connection, String sql, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, shortened(name));
			try (ResultSet result = statement.executeQuery()) {
				return result.next() ? result.getLong(1) : 0;
			}
		}
	}

	@Override
	public List<LiveSession> alive(Connection connection, Collection<Session> sessions, String lock)
			throws SQLException {
		Map<Long, LiveSession> visible = new HashMap<>();
		long owner = 0;
		long here = 0;
		try (PreparedStatement statement = connection.prepareStatement(VISIBLE)) {
			statement.setString(1, shortened(lock));
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					visible.put(row.getLong(1), read(row));
					owner = row.getLong(6);
					here = row.getLong(7);
				}
			}
		}
		return alive(visible, self(connection, here), sessions, owner);
	}

	/**
	 * When the server began is asked once, as long as it is the same session that asks.
	 */
	private Session self(Connection connection, long id) throws SQLException {
		Session known = this.self;
		if (known == null || known.id() != id) {
			known = of(connection);
			this.self = known;
		}
		return known;
	}

	private static List<LiveSession> alive(Map<Long, LiveSession> visible, Session self, Collection<Session> sessions,
			long owner) {
		List<LiveSession> alive = new ArrayList<>();
		if (owner != 0 && sessions.stream().noneMatch((session) -> session.id() == owner)) {
			alive.add(visible.getOrDefault(owner, hidden(new Session(owner, "", ""))));
		}
		for (Session session : sessions) {
			LiveSession seen = visible.get(session.id());
			if (seen != null && isOfThisServer(session, self)) {
				alive.add(seen);
			}
			else if (isOfThisServer(session, self) && !session.user().equals(self.user()) && !seesAll(visible, self)) {
				alive.add(hidden(session));
			}
		}
		return alive;
	}

	private static boolean isOfThisServer(Session session, Session self) {
		return Math.abs(Long.parseLong(session.began()) - Long.parseLong(self.began())) <= SAME_START_SECONDS;
	}

	/**
	 * Threads of the server itself are shown only to who may see those of others.
	 */
	private static boolean seesAll(Map<Long, LiveSession> visible, Session self) {
		return visible.values().stream().anyMatch((other) -> !other.session().user().equals(self.user()));
	}

	private static LiveSession hidden(Session session) {
		return new LiveSession(session, Activity.HIDDEN, Duration.ZERO, "");
	}

	private static LiveSession read(ResultSet row) throws SQLException {
		Activity activity = "Sleep".equals(row.getString(3)) ? Activity.IDLE : Activity.RUNNING;
		return new LiveSession(new Session(row.getLong(1), "", row.getString(2)), activity,
				Duration.ofSeconds(row.getLong(4)), String.valueOf(row.getString(5)));
	}

	@Override
	public void end(Connection connection, long sessionId) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(endStatement(sessionId));
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() != UNKNOWN_THREAD) {
				throw ex;
			}
		}
	}

	@Override
	public String endStatement(long sessionId) {
		return "kill connection " + sessionId;
	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.WeakHashMap;

import dev.startgate.lock.SessionActivity.Activity;
import dev.startgate.sql.Queries;

/**
 * The sessions of MySQL and MariaDB. Their numbers count up from the start of the server.
 * Only their own user and one with the right {@code PROCESS} can see what they do.
 * Everybody can see who has a user-level lock, so each session that works has a lock of
 * its own.
 */
final class MySqlSessions implements Sessions {

	/** The longest name of a user-level lock that MySQL accepts. */
	private static final int LONGEST_NAME = 64;

	private static final int UNKNOWN_THREAD = 1094;

	private static final String SERVER = "concat(@@hostname, ':', @@port, '/', @@server_id)";

	/**
	 * The sessions by physical connection: after a restart the server reuses the numbers.
	 */
	private final Map<Connection, DatabaseSession> known = Collections.synchronizedMap(new WeakHashMap<>());

	/**
	 * Ask for the start of the server only once for each session: the answer is accurate
	 * to about a second only.
	 */
	@Override
	public DatabaseSession of(Connection connection) throws SQLException {
		long id = number(connection);
		Connection physical = ConnectionSettings.unwrapped(connection);
		DatabaseSession session = this.known.get(physical);
		if (session == null || session.id() != id) {
			session = ask(connection, id);
			this.known.put(physical, session);
		}
		return session;
	}

	/**
	 * The column has a name because ProxySQL answers the plain query itself, with a
	 * number of its own.
	 */
	@Override
	public long number(Connection connection) throws SQLException {
		return Queries.number(connection, "select connection_id() as id");
	}

	@Override
	public boolean isStill(Connection connection, DatabaseSession session) throws SQLException {
		return number(connection) == session.id();
	}

	private static DatabaseSession ask(Connection connection, long id) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			long before;
			long uptime;
			long after;
			do {
				before = Queries.number(connection, "select unix_timestamp()");
				try (ResultSet row = statement.executeQuery("show global status like 'Uptime'")) {
					uptime = row.next() ? row.getLong(2) : 0;
				}
				after = Queries.number(connection, "select unix_timestamp()");
			}
			while (after - before > 1);
			try (ResultSet row = statement.executeQuery("select substring_index(user(), '@', 1), " + SERVER)) {
				row.next();
				return new DatabaseSession(id, String.valueOf(before - uptime), row.getString(1), row.getString(2));
			}
		}
	}

	@Override
	public boolean tryLock(Connection connection, String name) throws SQLException {
		return call(connection, "select get_lock(?, 0)", name) == 1;
	}

	@Override
	public boolean isSeen(Connection connection, String name) throws SQLException {
		return call(connection, "select is_used_lock(?)", name) == number(connection);
	}

	@Override
	public void unlock(Connection connection, String name) throws SQLException {
		call(connection, "select release_lock(?)", name);
	}

	static long call(Connection connection, String sql, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, shortened(name));
			try (ResultSet result = statement.executeQuery()) {
				return result.next() ? result.getLong(1) : 0;
			}
		}
	}

	static String shortened(String name) {
		return (name.length() <= LONGEST_NAME) ? name
				: name.substring(0, LONGEST_NAME - 9) + "-" + Integer.toHexString(name.hashCode());
	}

	/**
	 * Wait up to a second: a replica that waits for a release has the mark for a moment.
	 */
	@Override
	public void mark(Connection connection, DatabaseSession session) throws SQLException {
		if (call(connection, "select get_lock(?, 1)", markOf(session)) != 1) {
			throw new SQLException("Could not mark the session " + session.id());
		}
	}

	@Override
	public void unmark(Connection connection, DatabaseSession session) throws SQLException {
		unlock(connection, markOf(session));
	}

	static String markOf(DatabaseSession session) {
		return "startgate " + session.item();
	}

	@Override
	public LiveSessions alive(Connection connection, Collection<DatabaseSession> sessions, String lock)
			throws SQLException {
		List<DatabaseSession> all = List.copyOf(sessions);
		Map<Long, SessionActivity> visible = new HashMap<>();
		List<Long> owners = new ArrayList<>();
		String server = "";
		try (PreparedStatement statement = connection
			.prepareStatement("select id, user, command, time, left(info, " + StatementVerb.LENGTH + "), " + SERVER
					+ ", is_used_lock(?)".repeat(all.size() + 1) + " from information_schema.processlist")) {
			statement.setString(1, shortened(lock));
			for (int i = 0; i < all.size(); i++) {
				statement.setString(i + 2, markOf(all.get(i)));
			}
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					visible.put(row.getLong(1), read(row));
					server = row.getString(6);
					owners.clear();
					for (int i = 0; i <= all.size(); i++) {
						owners.add(row.getLong(i + 7));
					}
				}
			}
		}
		return new LiveSessions(server, OptionalLong.of(Long.parseLong(known(connection).began())),
				alive(visible, owners, all, server));
	}

	private DatabaseSession known(Connection connection) throws SQLException {
		DatabaseSession session = this.known.get(ConnectionSettings.unwrapped(connection));
		return (session != null) ? session : of(connection);
	}

	private static List<SessionActivity> alive(Map<Long, SessionActivity> visible, List<Long> owners,
			List<DatabaseSession> sessions, String server) {
		Map<Long, SessionActivity> alive = new HashMap<>();
		for (int i = 0; i < sessions.size(); i++) {
			DatabaseSession session = sessions.get(i);
			if (owners.get(i + 1) == session.id()) {
				SessionActivity seen = visible.getOrDefault(session.id(), hidden(session));
				alive.put(session.id(), new SessionActivity(session, seen.activity(), seen.since(), seen.command()));
			}
		}
		long owner = owners.get(0);
		if (owner != 0) {
			alive.putIfAbsent(owner, visible.getOrDefault(owner, hidden(new DatabaseSession(owner, "", "", server))));
		}
		return List.copyOf(alive.values());
	}

	private static SessionActivity hidden(DatabaseSession session) {
		return new SessionActivity(session, Activity.HIDDEN, Duration.ZERO, StatementVerb.of(null));
	}

	private static SessionActivity read(ResultSet row) throws SQLException {
		Activity activity = "Sleep".equals(row.getString(3)) ? Activity.IDLE : Activity.RUNNING;
		return new SessionActivity(new DatabaseSession(row.getLong(1), "", row.getString(2), row.getString(6)),
				activity, Duration.ofSeconds(row.getLong(4)), StatementVerb.of(row.getString(5)));
	}

	@Override
	public void end(Connection connection, DatabaseSession session) throws SQLException {
		if (!session.began().isEmpty() && call(connection, "select is_used_lock(?)", markOf(session)) != session.id()) {
			return;
		}
		try (Statement statement = connection.createStatement()) {
			statement.execute(endStatement(session.id()));
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

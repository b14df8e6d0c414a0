package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

import dev.startgate.lock.SessionActivity.Activity;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of PostgreSQL. Every user can see which sessions exist. Only their own
 * user and {@code pg_read_all_stats} can see what they do.
 */
final class PostgreSqlSessions implements Sessions {

	/** No two servers have started in the same microsecond. */
	private static final String START = "to_char(timezone('utc', pg_postmaster_start_time())," + " '\""
			+ DatabaseSession.SINCE + "\"YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

	/** Distinguishes a server that was restarted from another server. */
	private static final String OF_CLUSTER = "(select system_identifier::text from pg_control_system()) || '/' || "
			+ START;

	/** Distinguishes a promoted server from the server that it followed. */
	private static final String TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

	/**
	 * The function is missing, forbidden, not supported, or not available at the moment.
	 */
	private static final String NO_TIMELINE = "42883|42501|0A000|55000";

	private static final String OF_TIMELINE = "(select system_identifier::text from pg_control_system()) || "
			+ "coalesce('/' || case when not pg_is_in_recovery() then " + TIMELINE + " end, '') || '/' || " + START;

	private static final String ALLOWED = "select has_function_privilege(to_regprocedure('pg_control_system()'), 'execute')";

	private static final String SELF = "select pid, extract(epoch from backend_start)::text, usename, %s"
			+ " from pg_stat_activity where pid = pg_backend_pid()";

	/**
	 * PostgreSQL stores a lock with one key as two halves, with 1 in {@code objsubid}.
	 * The query returns a row even if it finds no session.
	 */
	private static final String ALIVE = "select pid, extract(epoch from backend_start)::text, usename, state,"
			+ " extract(epoch from clock_timestamp() - state_change), left(query, " + StatementVerb.LENGTH
			+ "), server from (select %s"
			+ " as server) asked left join pg_stat_activity on pid = any (?) or pid in (select pid from pg_locks where locktype = 'advisory' and granted"
			+ " and objsubid = 1 and database = (select oid from pg_database where datname = current_database())"
			+ " and ((classid::bigint << 32) | objid::bigint) = hashtextextended(?, 0))";

	private static final String END = "select pg_terminate_backend(pid) from pg_stat_activity where pid = ?"
			+ " and (backend_start is null or extract(epoch from backend_start)::text = ?)";

	private final ClientConnectionCheck check = new ClientConnectionCheck();

	private volatile @Nullable String server;

	private String server(Connection connection) throws SQLException {
		String known = this.server;
		if (known == null) {
			if (!call(connection, ALLOWED)) {
				known = START;
			}
			else {
				known = hasTimeline(connection) ? OF_TIMELINE : OF_CLUSTER;
			}
			this.server = known;
		}
		return known;
	}

	/** Not every database with PostgreSQL's protocol has a log of its own. */
	private static boolean hasTimeline(Connection connection) throws SQLException {
		Savepoint before = connection.getAutoCommit() ? null : connection.setSavepoint();
		try (Statement statement = connection.createStatement()) {
			statement.execute("select " + TIMELINE);
			return true;
		}
		catch (SQLException ex) {
			if (!String.valueOf(ex.getSQLState()).matches(NO_TIMELINE)) {
				throw ex;
			}
			if (before != null) {
				connection.rollback(before);
			}
			return false;
		}
	}

	@Override
	public DatabaseSession of(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(SELF.formatted(server(connection)))) {
			if (!row.next()) {
				throw new SQLException("The database does not show its own session");
			}
			return new DatabaseSession(row.getLong(1), began(row), row.getString(3), row.getString(4));
		}
	}

	@Override
	public long number(Connection connection) throws SQLException {
		return Queries.number(connection, "select pg_backend_pid()");
	}

	@Override
	public boolean tryLock(Connection connection, String name) throws SQLException {
		return call(connection, "select pg_try_advisory_lock(hashtextextended(?, 0))", name);
	}

	@Override
	public void unlock(Connection connection, String name) throws SQLException {
		call(connection, "select pg_advisory_unlock(hashtextextended(?, 0))", name);
	}

	private static boolean call(Connection connection, String sql, String... arguments) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < arguments.length; i++) {
				statement.setString(i + 1, arguments[i]);
			}
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	@Override
	public LiveSessions alive(Connection connection, Collection<DatabaseSession> sessions, String lock)
			throws SQLException {
		List<SessionActivity> alive = new ArrayList<>();
		String server = "";
		try (PreparedStatement statement = connection.prepareStatement(ALIVE.formatted(server(connection)))) {
			statement.setArray(1,
					connection.createArrayOf("int4", sessions.stream().map(DatabaseSession::id).toArray()));
			statement.setString(2, lock);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					server = row.getString(7);
					if (row.getString(1) != null) {
						SessionActivity session = read(row);
						if (isMeant(session.session(), sessions)) {
							alive.add(session);
						}
					}
				}
			}
		}
		return new LiveSessions(server, OptionalLong.empty(), alive);
	}

	@Override
	public List<String> blocking(Connection connection, Collection<DatabaseSession> sessions) throws SQLException {
		return PostgreSqlBlocking.of(connection, sessions);
	}

	private static SessionActivity read(ResultSet row) throws SQLException {
		DatabaseSession session = new DatabaseSession(row.getLong(1), began(row), row.getString(3), row.getString(7));
		Duration since = Duration.ofMillis(Math.round(row.getDouble(5) * 1000));
		return new SessionActivity(session, activity(row.getString(4)), since, StatementVerb.of(row.getString(6)));
	}

	/**
	 * Return when a session began, empty if that is hidden. Other users can't see it, and
	 * after a {@code set role} the session itself can't either.
	 */
	private static String began(ResultSet row) throws SQLException {
		return Objects.requireNonNullElse(row.getString(2), "");
	}

	private static Activity activity(@Nullable String state) {
		if (state == null) {
			return Activity.HIDDEN;
		}
		return state.startsWith("idle") ? Activity.IDLE : Activity.RUNNING;
	}

	/**
	 * Return whether a session was looked for, or has the lock without being looked for.
	 * A session that reuses a number is left out, unless a beginning is hidden.
	 */
	private static boolean isMeant(DatabaseSession alive, Collection<DatabaseSession> sessions) {
		return sessions.stream().noneMatch((session) -> session.id() == alive.id())
				|| sessions.stream().anyMatch(alive::mayBe);
	}

	@Override
	public void end(Connection connection, DatabaseSession session) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(END)) {
			statement.setLong(1, session.id());
			statement.setString(2, session.began());
			statement.execute();
		}
	}

	@Override
	public String endStatement(long sessionId) {
		return "select pg_terminate_backend(" + sessionId + ")";
	}

	@Override
	public void mark(Connection connection, DatabaseSession session) throws SQLException {
		this.check.begin(connection, session);
	}

	@Override
	public void unmark(Connection connection, DatabaseSession session) throws SQLException {
		this.check.end(connection, session);
	}

}

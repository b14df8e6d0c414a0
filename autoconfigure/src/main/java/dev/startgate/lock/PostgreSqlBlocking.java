package dev.startgate.lock;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Finds the sessions of PostgreSQL that block other sessions. One of those may be the
 * blocking session: then this replica waits for itself.
 */
final class PostgreSqlBlocking {

	private static final String QUERY = "select pid, usename, application_name, state, state_change, left(query, "
			+ StatementVerb.LENGTH + "), pid = any (?) as own, backend_type from pg_stat_activity"
			+ " where pid in (select unnest(pg_blocking_pids(waiting)) from unnest(?) waiting) order by xact_start";

	private PostgreSqlBlocking() {
	}

	static List<String> of(Connection connection, Collection<DatabaseSession> sessions) throws SQLException {
		Array own = connection.createArrayOf("int4", sessions.stream().map(DatabaseSession::id).toArray());
		List<String> blocking = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
			statement.setArray(1, own);
			statement.setArray(2, own);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					blocking.add(describe(row));
				}
			}
		}
		return blocking;
	}

	/**
	 * The state is hidden from users that may not see it.
	 */
	private static String describe(ResultSet row) throws SQLException {
		String user = row.getString("usename");
		String who = (user != null) ? "of user '" + user + "' (" + row.getString("application_name")
				: "(" + row.getString("backend_type");
		String running = "active".equals(row.getString("state")) ? "running " + StatementVerb.of(row.getString(6))
				: row.getString("state");
		OffsetDateTime since = row.getObject("state_change", OffsetDateTime.class);
		String state = (since != null) ? ", " + running + " since " + since.toInstant().truncatedTo(ChronoUnit.SECONDS)
				: "";
		return "session " + row.getLong("pid") + " " + who + state + ")"
				+ (row.getBoolean("own") ? " of this replica itself, so that neither ends" : "")
				+ "; to end it by hand: select pg_terminate_backend(" + row.getLong("pid") + ")";
	}

}

package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.startgate.flyway.resume.PostgreSqlSession;
import dev.startgate.flyway.resume.SqlScanner;
import dev.startgate.flyway.resume.Token;
import dev.startgate.sql.Identifiers;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL: a change of the schema is a part of its transaction. A rollback to a
 * savepoint releases the locks that were taken after it.
 */
final class PostgreSqlStrongLocks implements StrongLocks {

	/**
	 * The join leaves out tables that the watched transaction has created. Others can't
	 * see them yet, so that their locks block nobody.
	 */
	private static final String KEPT = "select exists (select from pg_locks l join pg_class c on c.oid = l.relation"
			+ " where l.pid = ? and l.granted and l.locktype = 'relation' and l.database = (select oid from pg_database"
			+ " where datname = current_database()) and l.mode in ('ShareLock', 'ShareRowExclusiveLock',"
			+ " 'ExclusiveLock', 'AccessExclusiveLock'))";

	/** In order of strength: each mode keeps others from more than the one before. */
	private static final List<String> MODES = List.of("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock",
			"AccessExclusiveLock");

	private static final String HELD = "with seen as (select relation, mode, pid, granted from pg_locks"
			+ " where locktype = 'relation' and database = (select oid from pg_database where datname ="
			+ " current_database())) select h.mode, n.nspname, c.relname, pg_table_is_visible(c.oid), w.pid from seen h"
			+ " join pg_class c on c.oid = h.relation and c.relkind in ('r', 'p', 'm', 'v', 'f')"
			+ " join pg_namespace n on n.oid = c.relnamespace left join seen w on w.relation = h.relation"
			+ " and not w.granted and w.pid <> h.pid where h.pid = ? and h.granted";

	private static final String BLOCKING = "select pid, usename, application_name, state, xact_start"
			+ " from pg_stat_activity where pid = any (pg_blocking_pids(?)) order by xact_start";

	private static final String PREPARED = "select distinct x.gid, x.owner, x.prepared from pg_locks w join pg_locks h"
			+ " on h.relation = w.relation and h.database = w.database and h.granted join pg_prepared_xacts x"
			+ " on h.virtualtransaction = '-1/' || x.transaction where w.pid = ? and not w.granted order by x.prepared";

	/** Whether a script may have begun a transaction of its own. */
	private boolean mayHaveBegun;

	/** Whether a rollback may leave something that was done. */
	private boolean elsewhere;

	@Override
	public List<Token> scan(String sql) {
		List<Token> tokens = SqlScanner.postgreSql(sql);
		this.elsewhere |= PostgreSqlSession.isElsewhere(tokens) || (PostgreSqlDdl.isBlock(tokens)
				? !PostgreSqlBlock.of(sql, tokens).isTakenBack() : PostgreSqlDdl.hasBlock(Statements.of(tokens)));
		this.mayHaveBegun |= tokens.stream().anyMatch((token) -> token.is("begin") || token.is("start"));
		return tokens;
	}

	@Override
	public boolean areTakenBy(String sql, List<Token> tokens) {
		return PostgreSqlDdl.takesStrongLocks(sql, tokens);
	}

	@Override
	public boolean isRepeatable() {
		return !this.elsewhere;
	}

	@Override
	public long session(Connection connection) throws SQLException {
		return Queries.number(connection, "select pg_backend_pid()");
	}

	@Override
	public LockAttempt attempt(Connection connection, Duration most) throws SQLException {
		return isInTransaction(connection) ? PostgreSqlAttempt.inTransaction(connection, most)
				: PostgreSqlAttempt.alone(connection, most);
	}

	/**
	 * Find out with a setting that ends with the transaction. If the next statement still
	 * sees it, both are in one transaction.
	 */
	private boolean isInTransaction(Connection connection) throws SQLException {
		if (!connection.getAutoCommit() || !this.mayHaveBegun) {
			return !connection.getAutoCommit();
		}
		try (Statement statement = connection.createStatement()) {
			statement.execute("select set_config('startgate_ddl.transaction', 'open', true)");
			try (ResultSet row = statement.executeQuery("select current_setting('startgate_ddl.transaction', true)")) {
				return row.next() && "open".equals(row.getString(1));
			}
		}
	}

	@Override
	public boolean areKept(Connection asking, long session) throws SQLException {
		try (PreparedStatement statement = asking.prepareStatement(KEPT)) {
			statement.setInt(1, (int) session);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getBoolean(1);
			}
		}
	}

	@Override
	public List<TableLock> held(Connection asking, long session) throws SQLException {
		Map<List<String>, TableLock> held = new LinkedHashMap<>();
		try (PreparedStatement statement = asking.prepareStatement(HELD)) {
			statement.setInt(1, (int) session);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					String mode = row.getString(1);
					String table = Identifiers.STANDARD.qualified(row.getBoolean(4) ? null : row.getString(2),
							row.getString(3));
					if (MODES.contains(mode)) {
						Set<Long> waiting = held
							.computeIfAbsent(List.of(table, mode),
									(key) -> new TableLock(table, words(mode), MODES.indexOf(mode), new HashSet<>()))
							.waiting();
						long pid = row.getLong(5);
						if (!row.wasNull()) {
							waiting.add(pid);
						}
					}
				}
			}
		}
		return List.copyOf(held.values());
	}

	/**
	 * Return a mode as the manual writes it.
	 */
	private static String words(String mode) {
		return mode.replace("Lock", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
	}

	/**
	 * Every user may see which sessions block another one.
	 */
	@Override
	public @Nullable List<Blocker> blockers(Connection asking, long session, List<Token> tokens) throws SQLException {
		List<Blocker> found = new ArrayList<>();
		try (PreparedStatement statement = asking.prepareStatement(BLOCKING)) {
			statement.setInt(1, (int) session);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					found.add(read(row));
				}
			}
		}
		try (PreparedStatement statement = asking.prepareStatement(PREPARED)) {
			statement.setInt(1, (int) session);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					found.add(new Blocker("the prepared transaction '" + row.getString(1) + "'", row.getString(2), null,
							row.getObject(3, OffsetDateTime.class).toInstant(),
							"rollback prepared '" + row.getString(1).replace("'", "''") + "'", true));
				}
			}
		}
		return found.isEmpty() ? null : found;
	}

	/**
	 * PostgreSQL hides from some users what a session does.
	 */
	private static Blocker read(ResultSet row) throws SQLException {
		@Nullable String state = row.getString(4);
		@Nullable OffsetDateTime since = row.getObject(5, OffsetDateTime.class);
		String application = String.valueOf(row.getString(3));
		return new Blocker("session " + row.getLong(1), row.getString(2),
				(state != null) ? (application.isEmpty() ? "" : application + ", ") + state : null,
				(since != null) ? since.toInstant() : null, "select pg_terminate_backend(" + row.getLong(1) + ")",
				true);
	}

}

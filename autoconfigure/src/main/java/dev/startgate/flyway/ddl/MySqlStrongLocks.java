package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.startgate.flyway.resume.SqlScanner;
import dev.startgate.flyway.resume.Token;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MySQL and MariaDB: a change of the schema first commits the open transaction. So
 * nothing else is locked while it waits or pauses.
 */
final class MySqlStrongLocks implements StrongLocks {

	private static final Logger logger = LoggerFactory.getLogger(MySqlStrongLocks.class);

	private static final Set<String> CHANGED = Set.of("table", "tables", "index", "view", "trigger", "database",
			"schema", "unique", "fulltext", "spatial", "online", "offline", "ignore", "event", "sequence");

	private static final Set<String> CHANGES = Set.of("add", "alter", "change", "column", "drop", "modify", "rename");

	private static final Set<String> MAINTAINED = Set.of("analyze", "check", "optimize", "repair");

	private static final String WHO = "select t.processlist_id, t.processlist_user, t.processlist_command, %s"
			+ " from performance_schema.metadata_locks w join performance_schema.threads me"
			+ " on me.thread_id = w.owner_thread_id join performance_schema.metadata_locks h"
			+ " on h.object_type = w.object_type and h.object_schema = w.object_schema"
			+ " and h.object_name = w.object_name and h.lock_status = 'GRANTED'"
			+ " and h.owner_thread_id <> w.owner_thread_id join performance_schema.threads t"
			+ " on t.thread_id = h.owner_thread_id %s where me.processlist_id = ? and w.lock_status = 'PENDING'"
			+ " group by t.processlist_id, t.processlist_user, t.processlist_command order by 4";

	private static final String STARTED = "min(unix_timestamp(x.trx_started))";

	private static final String TRANSACTIONS = "left join information_schema.innodb_trx x"
			+ " on x.trx_mysql_thread_id = t.processlist_id";

	private static final String PLUGIN = "select p.id, p.user, p.command, min(unix_timestamp(x.trx_started))"
			+ " from information_schema.metadata_lock_info l join information_schema.processlist p"
			+ " on p.id = l.thread_id left join information_schema.innodb_trx x on x.trx_mysql_thread_id = p.id"
			+ " where p.id <> ? and lower(l.table_name) in (%s) group by p.id, p.user, p.command order by 4";

	private static final String OPEN = "select p.id, p.user, p.command, unix_timestamp(x.trx_started)"
			+ " from information_schema.innodb_trx x join information_schema.processlist p"
			+ " on p.id = x.trx_mysql_thread_id where p.id <> ? order by 4 limit 1";

	/** Every user sees its own sessions. Row locks have no limit and are left out. */
	private static final String WAITS = "select id from information_schema.processlist where id = ? and"
			+ " (state like 'Waiting for % lock' or state = 'Waiting for table flush')";

	/** Asked first, because the driver logs a warning for each query that fails. */
	private static final String READABLE = "select table_name from information_schema.tables"
			+ " where table_schema = 'performance_schema' and table_name in ('metadata_locks', 'threads')"
			+ " union all select table_name from information_schema.tables"
			+ " where table_schema = 'information_schema' and table_name = 'METADATA_LOCK_INFO'"
			+ " union all select privilege_type from information_schema.user_privileges where privilege_type = 'PROCESS'"
			+ " and grantee = concat('''', replace(current_user(), '@', '''@'''), '''')";

	private @Nullable Set<String> readable;

	/** Tables that the script itself has locked stay locked during a pause. */
	private boolean locked;

	@Override
	public List<Token> scan(String sql) {
		return SqlScanner.changesRows(sql) ? List.of() : SqlScanner.mySql(sql, false);
	}

	@Override
	public boolean areTakenBy(String sql, List<Token> tokens) {
		if (tokens.isEmpty()) {
			return false;
		}
		List<List<String>> statements = Statements.of(tokens);
		List<String> words = statements.get(0);
		String verb = Statements.word(words, 0);
		boolean wasLocked = this.locked;
		this.locked = !unlocks(verb, Statements.word(words, 1))
				&& (wasLocked || verb.equals("lock") || (verb.equals("flush") && words.contains("lock")));
		return !this.locked && !wasLocked
				&& (statements.stream().skip(1).allMatch(List::isEmpty) || SqlScanner.createsWithBody(sql))
				&& isStrong(verb, words) && !hasOwnLimit(words);
	}

	/** MariaDB has blocks that begin with {@code begin not atomic}. */
	private static boolean unlocks(String verb, String next) {
		return verb.equals("unlock") || (verb.equals("begin") && !next.equals("not"))
				|| (verb.equals("start") && next.equals("transaction"));
	}

	/**
	 * On MariaDB, {@code wait 3} or {@code nowait} follows the table. Behind that, they
	 * are names of columns.
	 */
	private static boolean hasOwnLimit(List<String> words) {
		List<String> target = words.stream().skip(1).takeWhile((word) -> !CHANGES.contains(word)).toList();
		int wait = target.indexOf("wait");
		return target.contains("nowait") || (wait > 0 && Statements.word(target, wait + 1).matches("\\d+"));
	}

	/**
	 * Maintenance, such as {@code optimize table}, is not limited. It reports in its rows
	 * that it did not get its lock, and does not fail.
	 */
	private static boolean isStrong(String verb, List<String> words) {
		String type = Statements.word(words, 1);
		return switch (verb) {
			case "alter", "drop" -> CHANGED.contains(type) && !maintainsPartition(words);
			case "rename" -> type.equals("table") || type.equals("tables");
			case "truncate" -> true;
			case "create" -> creates(words, type);
			default -> false;
		};
	}

	private static boolean maintainsPartition(List<String> words) {
		int partition = words.indexOf("partition");
		return partition > 0 && MAINTAINED.contains(words.get(partition - 1));
	}

	private static boolean creates(List<String> words, String type) {
		return switch (type) {
			case "index", "unique", "fulltext", "spatial", "vector", "trigger", "or" -> true;
			case "table" -> words.contains("references");
			default -> words.contains("trigger");
		};
	}

	/** ProxySQL answers the plain query, without a name for the column, itself. */
	@Override
	public long session(Connection connection) throws SQLException {
		return Queries.number(connection, "select connection_id() as id");
	}

	@Override
	public LockAttempt attempt(Connection connection, Duration most) throws SQLException {
		return SessionAttempt.begin(connection, most);
	}

	@Override
	public boolean areKept(Connection asking, long session) {
		return false;
	}

	@Override
	public List<TableLock> held(Connection asking, long session) {
		return List.of();
	}

	/**
	 * MySQL shows locks to users that may read {@code performance_schema}. MariaDB shows
	 * them to users with {@code PROCESS} if a plugin is installed. Otherwise the oldest
	 * transaction is a guess, which also needs {@code PROCESS}. The plugin and the guess
	 * may also name sessions that block nobody.
	 */
	@Override
	public @Nullable List<Blocker> blockers(Connection asking, long session, List<Token> tokens) throws SQLException {
		String names = Statements.of(tokens)
			.get(0)
			.stream()
			.map((word) -> "'" + word.replaceAll("\\W", "") + "'")
			.distinct()
			.collect(Collectors.joining(", "));
		Set<String> can = readable(asking);
		boolean process = can.contains("PROCESS");
		List<Blocker> found = List.of();
		if (can.containsAll(Set.of("metadata_locks", "threads"))) {
			found = ask(asking, process ? WHO.formatted(STARTED, TRANSACTIONS) : WHO.formatted("null", ""), session,
					true);
		}
		if (found.isEmpty() && !isWaiting(asking, session)) {
			return null;
		}
		if (found.isEmpty() && process && can.contains("METADATA_LOCK_INFO")) {
			found = ask(asking, PLUGIN.formatted(names), session, false);
		}
		return (found.isEmpty() && process) ? ask(asking, OPEN, session, false) : found;
	}

	private static boolean isWaiting(Connection asking, long session) throws SQLException {
		try (PreparedStatement statement = asking.prepareStatement(WAITS)) {
			statement.setLong(1, session);
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	private Set<String> readable(Connection asking) throws SQLException {
		Set<String> found = this.readable;
		if (found == null) {
			found = new HashSet<>();
			try (Statement statement = asking.createStatement(); ResultSet row = statement.executeQuery(READABLE)) {
				while (row.next()) {
					found.add(row.getString(1));
				}
			}
			this.readable = found;
		}
		return found;
	}

	private static List<Blocker> ask(Connection asking, String query, long session, boolean certain)
			throws SQLException {
		List<Blocker> found = new ArrayList<>();
		try (PreparedStatement statement = asking.prepareStatement(query)) {
			statement.setLong(1, session);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					found.add(read(row, certain));
				}
			}
		}
		catch (SQLException ex) {
			if (!asking.isValid(1)) {
				throw ex;
			}
			logger.trace("This database does not tell", ex);
		}
		return found;
	}

	private static Blocker read(ResultSet row, boolean certain) throws SQLException {
		double since = row.getDouble(4);
		@Nullable Instant began = (since > 0) ? Instant.ofEpochSecond((long) since) : null;
		return new Blocker("session " + row.getLong(1), row.getString(2),
				"Sleep".equals(row.getString(3)) ? "idle" : row.getString(3), began,
				"kill connection " + row.getLong(1), certain);
	}

}

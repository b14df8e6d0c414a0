package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
import dev.startgate.flyway.resume.Verdict.Kind;
import dev.startgate.sql.Identifiers;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * Scripts of MySQL and MariaDB. A change of the schema commits what is open, and then
 * itself.
 */
final class MySqlScripts implements ScriptDatabase {

	/** The SQL mode in which double quotes are around names. */
	static final String ANSI_QUOTES = "ANSI_QUOTES";

	private static final Identifiers NAMES = new Identifiers("`");

	/** The error codes of the server for something that is not there. */
	private static final Set<Integer> NOT_THERE = Set.of(1146, 1049, 1305, 1347, 1360, 1539);

	/** The error code for a statement that must come before a transaction. */
	private static final int IN_TRANSACTION = 1568;

	/** A comment that only MySQL executes. MariaDB ignores it as a whole. */
	private static final Pattern OF_MYSQL = Pattern.compile(
			"\\s*/[*]!(507|50[89]|5[1-9][0-9]|[6-9][0-9]{2})[0-9]{2}(?![0-9])((?![*]/).)*+[*]/\\s*", Pattern.DOTALL);

	/** Symbols that end no statement, except that a name may end with the first. */
	private static final String SYMBOLS = "$;/|\\,:~!?^&@#%<>=+-*.";

	private final boolean mariaDb;

	/** Whether a table may be there without the rows of its query. */
	private final boolean rowsApart;

	private boolean ansiQuotes;

	/** Whether a transaction is open all the time. */
	private boolean open;

	private final KeptTables kept = new KeptTables();

	MySqlScripts(boolean mariaDb, boolean rowsApart, boolean ansiQuotes, boolean open) {
		this.mariaDb = mariaDb;
		this.open = open;
		this.rowsApart = rowsApart;
		this.ansiQuotes = ansiQuotes;
	}

	@Override
	public ScriptStatement read(String sql) {
		String text = withoutDelimiter(sql);
		if (this.mariaDb && text != null && OF_MYSQL.matcher(text).matches()) {
			return new ScriptStatement(Role.JOINS, List.of(), Set.of(), List::of);
		}
		this.open &= !MySqlAssignment.keepsAnother(sql);
		ScriptStatement statement = (text != null) ? MySqlStatements.read(text, this.ansiQuotes, this.open)
				: ScriptStatement.unknown(() -> SqlScanner.mySql(sql, this.ansiQuotes));
		if (statement.mayChangeSchema()) {
			this.kept.mayHaveChanged();
		}
		return statement;
	}

	/**
	 * Take the delimiter away, which Flyway gives with a statement, and which the script
	 * may have changed.
	 * @param text a statement with its delimiter
	 * @return the statement, {@code null} if it is not certain where it ends
	 */
	private static @Nullable String withoutDelimiter(String text) {
		int end = text.length();
		while (end > 0 && SYMBOLS.indexOf(text.charAt(end - 1)) >= 0 && !text.startsWith("*/", end - 2)) {
			end--;
		}
		int length = text.length() - end;
		int dollars = 0;
		while (dollars < length && text.charAt(end + dollars) == '$') {
			dollars++;
		}
		// a name can't contain the delimiter, so one or two dollar signs are all of it
		boolean certain = length > 0 && (dollars == 0 || (dollars == length && dollars <= 2));
		return certain ? text.substring(0, end) : null;
	}

	@Override
	public SessionSettings settings() {
		return SessionSettings.OF_MYSQL;
	}

	@Override
	public void restored(String settings) {
		this.ansiQuotes = settings.toUpperCase(Locale.ROOT).contains(ANSI_QUOTES);
	}

	@Override
	public boolean isTransactional() {
		return false;
	}

	@Override
	public boolean isRolledBack(Connection connection, ScriptStatement statement) throws SQLException {
		return !this.kept.concerns(connection, statement);
	}

	@Override
	public boolean isLeftOpen(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			// it is for the next transaction, has no effect, and fails within an open one
			statement.execute("set transaction read write");
			return false;
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() != IN_TRANSACTION) {
				throw ex;
			}
			return true;
		}
	}

	@Override
	public String lastNumber(Connection connection) throws SQLException {
		return Queries.text(connection, "select last_insert_id()");
	}

	@Override
	public @Nullable String look(Connection connection, Target target, boolean there) throws SQLException {
		if (target.isOfSession()) {
			return settings().look(connection);
		}
		if (!there && !isThere(connection, target)) {
			return Target.ABSENT;
		}
		String name = NAMES.qualified(target.schema(), target.name());
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show create " + target.type() + " " + name)) {
			boolean another = target.effect() == Effect.DISAPPEARS && target.type().equals(MySqlDefinition.TABLE)
					&& row.getMetaData().getColumnLabel(1).equalsIgnoreCase("view");
			return another ? Target.ABSENT : row.next() ? text(row) : null;
		}
		catch (SQLException ex) {
			if (!NOT_THERE.contains(ex.getErrorCode()) && !connection.isValid(1)) {
				throw ex;
			}
			return NOT_THERE.contains(ex.getErrorCode()) ? Target.ABSENT : null;
		}
	}

	/**
	 * Ask in a way that causes no error if the target is not there: the driver of MariaDB
	 * logs a warning for each error. A user who may change the target sees it here.
	 */
	private static boolean isThere(Connection connection, Target target) throws SQLException {
		String sql = switch (target.type()) {
			case "procedure", "function" ->
				"select 1 from information_schema.routines where routine_schema = coalesce(?, database()) and routine_name = ?";
			case "trigger" ->
				"select 1 from information_schema.triggers where trigger_schema = coalesce(?, database()) and trigger_name = ?";
			case "event" ->
				"select 1 from information_schema.events where event_schema = coalesce(?, database()) and event_name = ?";
			default ->
				"select 1 from information_schema.tables where table_schema = coalesce(?, database()) and table_name = ?";
		};
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, target.schema());
			statement.setString(2, target.name());
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	private static @Nullable String text(ResultSet row) throws SQLException {
		int columns = row.getMetaData().getColumnCount();
		for (int column = 2; column <= columns; column++) {
			String label = row.getMetaData().getColumnLabel(column).toLowerCase(Locale.ROOT);
			if (label.startsWith("create ") || label.equals("sql original statement")) {
				String text = row.getString(column);
				return (text != null) ? text.replaceAll(" AUTO_INCREMENT=\\d+", "") : null;
			}
		}
		return null;
	}

	@Override
	public Verdict compare(Connection connection, Target target, String before, String now, ScriptStatement statement) {
		if (target.effect() == Effect.CHANGES && statement.has(Trait.MAY_SWAP)
				&& (before.equals(now) || statement.targets().size() > 1)) {
			return Verdict.of(Kind.SILENT, target.key() + " may have been exchanged");
		}
		if (target.effect() == Effect.DISAPPEARS && before.equals(Target.ABSENT)) {
			return Verdict.of(Kind.NOTHING, target.key() + " was not there");
		}
		if (before.equals(now)) {
			return Verdict.of(Kind.NOT_DONE, target.key() + " is as it was before");
		}
		boolean wasThere = !before.equals(Target.ABSENT);
		boolean isThere = !now.equals(Target.ABSENT);
		boolean done = switch (target.effect()) {
			case APPEARS -> !wasThere && !(statement.has(Trait.TELLS_LITTLE) && mayLackRows(now));
			case DISAPPEARS -> !isThere;
			case CHANGES -> wasThere && isThere && TableDefinition.isChangedBy(statement, before, now);
		};
		return Verdict.of(done ? Kind.DONE : Kind.UNCLEAR,
				target.key() + (isThere ? (wasThere ? " has changed" : " is there now") : " is gone"));
	}

	private boolean mayLackRows(String table) {
		return this.rowsApart || !table.contains("ENGINE=InnoDB");
	}

}

package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Tables of MySQL and MariaDB whose rows stay although their transaction is rolled back.
 */
final class KeptTables {

	/** The session of a script may have a {@code sql_select_limit}. */
	private static final String ALL = " limit 18446744073709551615";

	/**
	 * Tables whose rows stay although their transaction is rolled back, but for those of
	 * the server.
	 */
	private static final String KEPT = "select table_schema, table_name, table_schema = database()"
			+ " from information_schema.tables where table_type not in ('VIEW', 'SYSTEM VIEW')"
			+ " and engine in (select engine from information_schema.engines where coalesce(transactions, 'NO') <> 'YES')"
			+ " and (table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys')"
			+ " or table_schema = database())" + ALL;

	/** What may write into a table that a statement doesn't name. */
	private static final String HIDING = "select action_statement, trigger_schema, trigger_schema = database()"
			+ " from information_schema.triggers union all"
			+ " select view_definition, table_schema, table_schema = database() from information_schema.views union all"
			+ " select routine_definition, routine_schema, routine_schema = database()"
			+ " from information_schema.routines" + ALL;

	private static final Set<String> OF_SERVER = Set.of("mysql", "sys", "information_schema", "performance_schema");

	/** The names of these tables, by their schemas. */
	private final Map<String, Set<String>> kept = new HashMap<>();

	private boolean stale = true;

	private String schema = "";

	/** Whether a trigger, view or routine of the present schema may write into one. */
	private boolean hidden;

	/** The other schemas with a trigger, view or routine that may. */
	private final Set<String> hiding = new HashSet<>();

	/**
	 * The present schema may be another one now, or a schema may have a new table.
	 */
	void mayHaveChanged() {
		this.stale = true;
	}

	/**
	 * Return whether a statement may write into one of them.
	 */
	boolean concerns(Connection connection, ScriptStatement statement) throws SQLException {
		if (this.stale) {
			ask(connection);
			this.stale = false;
		}
		if (this.kept.isEmpty()) {
			return false;
		}
		boolean named = this.kept.entrySet()
			.stream()
			.anyMatch((one) -> statement
				.names(one.getKey().equals(this.schema) ? one.getValue()::contains : one.getKey()::equals));
		return named || this.hidden || statement.names(this.hiding::contains);
	}

	private void ask(Connection connection) throws SQLException {
		this.kept.clear();
		this.schema = "";
		this.hidden = false;
		this.hiding.clear();
		try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery(KEPT)) {
			while (row.next()) {
				String in = row.getString(1).toLowerCase(Locale.ROOT);
				this.kept.computeIfAbsent(in, (key) -> new HashSet<>()).add(row.getString(2).toLowerCase(Locale.ROOT));
				if (row.getBoolean(3)) {
					this.schema = in;
				}
			}
		}
		if (!this.kept.isEmpty()) {
			askWhatHides(connection);
		}
	}

	/**
	 * Find what may write into one. A definition names a table, view or routine of
	 * another schema together with that schema.
	 */
	private void askWhatHides(Connection connection) throws SQLException {
		List<@Nullable String> own = new ArrayList<>();
		Map<String, List<@Nullable String>> others = new HashMap<>();
		try (Statement query = connection.createStatement(); ResultSet row = query.executeQuery(HIDING)) {
			while (row.next()) {
				String in = row.getString(2).toLowerCase(Locale.ROOT);
				if (row.getBoolean(3)) {
					own.add(row.getString(1));
				}
				else if (!OF_SERVER.contains(in)) {
					others.computeIfAbsent(in, (key) -> new ArrayList<>()).add(row.getString(1));
				}
			}
		}
		Set<String> telling = new HashSet<>(this.kept.keySet());
		while (others.entrySet().removeIf((one) -> names(one.getValue(), telling) && this.hiding.add(one.getKey()))) {
			telling.addAll(this.hiding);
		}
		telling.remove(this.schema);
		telling.addAll(this.kept.getOrDefault(this.schema, Set.of()));
		this.hidden = names(own, telling);
	}

	/**
	 * Return whether a definition has one of the names as a word of its own. One that
	 * can't be seen counts, too. It is {@code null}, or empty for a view.
	 */
	private static boolean names(List<@Nullable String> definitions, Set<String> names) {
		Pattern any = Pattern.compile(names.stream()
			.map((name) -> Pattern.quote(name.replace("`", "``")))
			.collect(Collectors.joining("|", "(?U)(?<![\\w$])(", ")(?![\\w$])")));
		return definitions.stream()
			.anyMatch((definition) -> definition == null || definition.isEmpty()
					|| any.matcher(definition.toLowerCase(Locale.ROOT)).find());
	}

}

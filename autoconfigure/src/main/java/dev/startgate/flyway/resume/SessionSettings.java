package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.sql.Identifiers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a session that change what a statement does. They may come from an
 * earlier migration, the server or the URL of the database. Time limits do not count.
 */
final class SessionSettings {

	private static final Logger logger = LoggerFactory.getLogger(SessionSettings.class);

	private static final String USER = "user=";

	static final SessionSettings OF_MYSQL = new SessionSettings("schema=', coalesce(database(), '')",
			"coalesce(@@session.%s, '')", SessionSettings::ofMySql, "sql_mode", "time_zone", "character_set_client",
			"character_set_connection", "collation_connection", "default_storage_engine", "foreign_key_checks",
			"unique_checks", "group_concat_max_len", "sql_safe_updates", "sql_select_limit", "sql_auto_is_null",
			"sql_log_bin", "div_precision_increment", "lc_time_names", "default_week_format", "innodb_strict_mode");

	/** A setting that a version does not have is empty. */
	static final SessionSettings OF_POSTGRESQL = new SessionSettings(
			USER + "', case when current_user = session_user then '' else current_user end",
			"current_setting('%s', true)", SessionSettings::ofPostgreSql, "search_path", "TimeZone", "DateStyle",
			"IntervalStyle", "session_replication_role", "default_tablespace", "default_table_access_method",
			"default_toast_compression", "default_text_search_config", "default_transaction_isolation",
			"standard_conforming_strings", "backslash_quote", "bytea_output", "client_encoding", "lc_monetary",
			"lc_numeric", "lc_time", "xmlbinary", "xmloption", "transform_null_equals", "array_nulls",
			"extra_float_digits");

	/** Variables of MySQL without a session value that changes what a statement does. */
	private static final Pattern OF_NO_SESSION = Pattern.compile("event_scheduler|log_bin_trust_function_creators"
			+ "|local_infile|max_connections|max_allowed_packet|(interactive|wait|connect)_timeout|sync_binlog"
			+ "|slow_query_log.*|general_log.*|(binlog_)?expire_logs_.*|key_buffer_size|table_open_cache"
			+ "|innodb_(buffer_pool_size|file_per_table|file_format|large_prefix|flush_log_at_trx_commit"
			+ "|default_row_format|online_alter_log_max_size|io_capacity.*|print_all_deadlocks)");

	private static final String BETWEEN = " (?=[A-Za-z_]+=)";

	private final String sql;

	private final BinaryOperator<String> setting;

	private final List<String> names;

	/**
	 * Create the settings of a database.
	 * @param first the first of them, and how to ask for it
	 * @param form how to ask for another one
	 * @param setting returns the SQL that sets one by its name and its value, empty if
	 * none does
	 * @param names the names of the others
	 */
	private SessionSettings(String first, String form, BinaryOperator<String> setting, String... names) {
		this.sql = Stream.of(names)
			.map((name) -> ", ' " + name + "=', " + form.formatted(name))
			.collect(Collectors.joining("", "select concat('" + first, ")"));
		this.setting = setting;
		this.names = List.of(names);
	}

	private static String ofMySql(String name, String value) {
		return name.equals("schema") ? "use " + new Identifiers("`").quoted(value)
				: "set session %s = %s".formatted(name, value.matches("[0-9]+") ? value : "'" + value + "'");
	}

	private static String ofPostgreSql(String name, String value) {
		return USER.equals(name + "=") ? "set role " + (value.isEmpty() ? "none" : Identifiers.STANDARD.quoted(value))
				: "select set_config('%s', '%s', false)".formatted(name, value);
	}

	/**
	 * Return whether a variable of MySQL has no session value that matters here.
	 */
	static boolean isOfNoSession(String name) {
		return OF_NO_SESSION.matcher(name).matches();
	}

	boolean has(String name) {
		return this.names.contains(name);
	}

	/**
	 * Return whether a later session is still set as this one after the script has
	 * changed a variable of the server.
	 */
	boolean outlast(String variable) {
		String name = variable.substring(variable.indexOf('.') + 1);
		return isOfNoSession(name) || has(name);
	}

	/**
	 * Say what differs.
	 */
	static String compare(String before, @Nullable String now) {
		String shown = (now != null) ? now : "hidden";
		return "its session is not set as the one was that began it: that had %s, and this one has %s"
			.formatted(String.join(" ", missing(before, shown)), String.join(" ", missing(shown, before)));
	}

	private static List<String> missing(String of, String in) {
		List<String> present = List.of(in.split(BETWEEN));
		return Stream.of(of.split(BETWEEN)).filter((one) -> !present.contains(one)).toList();
	}

	/**
	 * Set everything as it was in another session, but for its user.
	 * @return what still differs, {@code null} if nothing does
	 */
	@Nullable String restore(Connection connection, String before) throws SQLException {
		List<String> different = different(connection, before);
		for (String one : different) {
			if (!one.startsWith(USER)) {
				set(connection, one);
			}
		}
		String now = look(connection);
		if (!before.equals(now)) {
			return compare(before, now);
		}
		if (different.isEmpty()) {
			return null;
		}
		logger.info("Restored the settings of the session of an interrupted script: {}", String.join(" ", different));
		return null;
	}

	/**
	 * Set everything as it was, as far as possible. Each setting gets a try before and
	 * after the change of the user, as only one of both users may have the right.
	 */
	void reset(Connection connection, String before) throws SQLException {
		different(connection, before).stream()
			.sorted(Comparator.comparing((one) -> one.startsWith(USER)))
			.forEach((one) -> set(connection, one));
		different(connection, before).forEach((one) -> set(connection, one));
	}

	private List<String> different(Connection connection, String before) throws SQLException {
		String now = look(connection);
		return (now != null) ? missing(before, now) : List.of();
	}

	/**
	 * Give a session its own settings back, unless something else was set since.
	 * @param own what it had before it was given the settings of another one
	 * @param given those settings
	 */
	void undo(Connection connection, String own, String given) throws SQLException {
		List<String> present = List.of(String.valueOf(look(connection)).split(BETWEEN));
		List<String> left = missing(given, own).stream().filter(present::contains).map(SessionSettings::name).toList();
		for (String one : missing(own, given)) {
			if (left.contains(name(one))) {
				set(connection, one);
			}
		}
	}

	private static String name(String setting) {
		return setting.substring(0, Math.max(0, setting.indexOf('=')));
	}

	private void set(Connection connection, String one) {
		String name = name(one);
		String value = one.substring(name.length() + 1);
		String sql = value.matches("[^'\\\\]*") ? this.setting.apply(name, value) : "";
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql.isEmpty() ? "select 1" : sql);
		}
		catch (SQLException ex) {
			logger.debug("Unable to set {}", one, ex);
		}
	}

	/**
	 * Return all settings, {@code null} if they can't be seen.
	 */
	@Nullable String look(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(this.sql)) {
			return row.next() ? row.getString(1) : null;
		}
		catch (SQLException ex) {
			if (!connection.isValid(1)) {
				throw ex;
			}
			logger.debug("The settings of the session can't be seen", ex);
			return null;
		}
	}

}

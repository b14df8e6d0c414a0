package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is set in a session and changes what a statement does. An earlier migration may
 * have set it, or the server, or the address of the database. Time limits don't count.
 */
final class SessionSettings {

	private static final Logger logger = LoggerFactory.getLogger(SessionSettings.class);

	static final SessionSettings OF_MYSQL = new SessionSettings("'schema=', coalesce(database(), '')",
			"coalesce(@@session.%s, '')", "sql_mode", "time_zone", "character_set_client", "character_set_connection",
			"collation_connection", "default_storage_engine", "foreign_key_checks", "unique_checks",
			"group_concat_max_len", "sql_safe_updates", "sql_select_limit", "sql_auto_is_null", "sql_log_bin",
			"div_precision_increment", "lc_time_names", "default_week_format", "innodb_strict_mode");

	/** What a version does not have is empty. */
	static final SessionSettings OF_POSTGRESQL = new SessionSettings(
			"'user=', case when current_user = session_user then '' else current_user end",
			"current_setting('%s', true)", "search_path", "TimeZone", "DateStyle", "IntervalStyle",
			"session_replication_role", "default_tablespace", "default_table_access_method",
			"default_toast_compression", "default_text_search_config", "default_transaction_isolation",
			"standard_conforming_strings", "backslash_quote", "bytea_output", "client_encoding", "lc_monetary",
			"lc_numeric", "lc_time", "xmlbinary", "xmloption", "transform_null_equals", "array_nulls",
			"extra_float_digits");

	private static final String BETWEEN = " (?=[A-Za-z_]+=)";

	private final String sql;

	private SessionSettings(String first, String form, String... names) {
		this.sql = Stream.of(names)
			.map((name) -> ", ' " + name + "=', " + form.formatted(name))
			.collect(Collectors.joining("", "select concat(" + first, ")"));
	}

	/**
	 * Say what differs.
	 */
	static String compare(String before, String now) {
		List<String> old = List.of(before.split(BETWEEN));
		List<String> present = List.of(now.split(BETWEEN));
		return "its session is not set as the one was that began it: that had %s, and this one has %s".formatted(
				String.join(" ", old.stream().filter((one) -> !present.contains(one)).toList()),
				String.join(" ", present.stream().filter((one) -> !old.contains(one)).toList()));
	}

	/**
	 * Return all of it, {@code null} if it can't be seen.
	 */
	@Nullable String look(Connection connection) {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(this.sql)) {
			return row.next() ? row.getString(1) : null;
		}
		catch (SQLException ex) {
			logger.debug("The settings of the session can't be seen", ex);
			return null;
		}
	}

}

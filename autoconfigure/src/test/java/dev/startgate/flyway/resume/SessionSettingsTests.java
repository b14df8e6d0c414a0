package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.flyway.ScriptServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One session gets the settings of another one.
 */
class SessionSettingsTests {

	private static final String MYSQL = """
			create database other_of_test;
			use other_of_test;
			set sql_mode = 'ANSI_QUOTES,NO_ZERO_DATE';
			set time_zone = '-03:30';
			set names latin1 collate latin1_german2_ci;
			set default_storage_engine = myisam;
			set foreign_key_checks = 0;
			set unique_checks = 0;
			set group_concat_max_len = 12345;
			set sql_safe_updates = 1;
			set sql_select_limit = 7;
			set sql_auto_is_null = 1;
			set div_precision_increment = 6;
			set lc_time_names = 'de_DE';
			set default_week_format = 1;
			set innodb_strict_mode = 0;
			set sql_log_bin = 0;
			""";

	private static final String POSTGRESQL = """
			set search_path = "A b", public;
			set time zone interval '-03:30' hour to minute;
			set datestyle = 'ISO, DMY';
			set intervalstyle = 'iso_8601';
			set session_replication_role = replica;
			set standard_conforming_strings = off;
			set bytea_output = 'escape';
			set extra_float_digits = 0;
			""";

	@ParameterizedTest
	@EnumSource
	void isSetAsItWas(ScriptServer server) throws Exception {
		boolean postgreSql = server == ScriptServer.POSTGRESQL;
		SessionSettings settings = postgreSql ? SessionSettings.OF_POSTGRESQL : SessionSettings.OF_MYSQL;
		String script = postgreSql ? POSTGRESQL : MYSQL;
		String url = server.create();
		DataSource source = server.dataSource(url);
		try (Connection one = source.getConnection();
				Connection another = source.getConnection();
				Connection third = source.getConnection()) {
			try {
				execute(one, script);
				String before = settings.look(one);
				assertThat(before).isNotNull().isNotEqualTo(settings.look(another));
				assertThat(settings.restore(another, before)).isNull();
				assertThat(settings.look(another)).isEqualTo(before);
				Map<String, Object> unset = variables(third, script);
				assertThat(variables(one, script))
					.allSatisfy((name, value) -> assertThat(value).as(name).isNotEqualTo(unset.get(name)))
					.isEqualTo(variables(another, script));
				String own = settings.look(third);
				settings.undo(another, own, before);
				assertThat(settings.look(another)).isEqualTo(own);
			}
			finally {
				execute(one, postgreSql ? "" : "drop database if exists other_of_test");
			}
		}
	}

	/**
	 * Return the variables that a script sets, with the values that the database shows.
	 */
	private static Map<String, Object> variables(Connection connection, String script) {
		boolean postgreSql = script.equals(POSTGRESQL);
		Stream<String> named = Pattern.compile("set (\\w+) =").matcher(script).results().map((found) -> found.group(1));
		Stream<String> others = postgreSql ? Stream.of("timezone")
				: Stream.of("character_set_client", "character_set_connection", "collation_connection");
		String sql = Stream.concat(named, others)
			.map((name) -> (postgreSql ? "current_setting('%s')" : "@@session.%s").formatted(name) + " as " + name)
			.collect(Collectors.joining(", ", "select ", postgreSql ? "" : ", database() as used"));
		return new JdbcTemplate(new SingleConnectionDataSource(connection, true)).queryForMap(sql);
	}

	@Test
	void anotherUserCannotBeSet() throws Exception {
		DataSource source = ScriptServer.POSTGRESQL.dataSource(ScriptServer.POSTGRESQL.create());
		SessionSettings settings = SessionSettings.OF_POSTGRESQL;
		try (Connection one = source.getConnection(); Connection another = source.getConnection()) {
			execute(one, "set role pg_monitor; set bytea_output = 'escape'");
			assertThat(settings.restore(another, String.valueOf(settings.look(one))))
				.isEqualTo("its session is not set as the one was that began it: that had user=pg_monitor, and this "
						+ "one has user=");
		}
	}

	/**
	 * Only a superuser may set it. Another user is set either before the script or by it.
	 */
	@ParameterizedTest
	@CsvSource({ "select 1, set session_replication_role = replica; set role pg_monitor",
			"set role pg_monitor, reset role; set session_replication_role = replica" })
	void isResetByTheUserWhoMay(String before, String script) throws Exception {
		DataSource source = ScriptServer.POSTGRESQL.dataSource(ScriptServer.POSTGRESQL.create());
		SessionSettings settings = SessionSettings.OF_POSTGRESQL;
		try (Connection one = source.getConnection()) {
			execute(one, before);
			String own = String.valueOf(settings.look(one));
			execute(one, script);
			settings.reset(one, own);
			assertThat(settings.look(one)).isEqualTo(own);
		}
	}

	private static void execute(Connection connection, String script) throws Exception {
		try (Statement statement = connection.createStatement()) {
			for (String sql : script.split(";")) {
				if (!sql.isBlank()) {
					statement.execute(sql);
				}
			}
		}
	}

}

package dev.startgate.flyway;

import java.util.List;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import org.assertj.core.api.Assumptions;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A server on which scripts resume. MySQL is a real server at {@code MYSQL_URL}. Without
 * that variable, tests that need MySQL are skipped.
 */
public enum ScriptServer {

	MYSQL("root", "mysql"), MARIADB("root", "mysql"), POSTGRESQL("postgres", "postgresql");

	private final String user;

	private final String language;

	ScriptServer(String user, String language) {
		this.user = user;
		this.language = language;
	}

	String user() {
		return this.user;
	}

	/**
	 * Return the SQL dialect of its scripts.
	 */
	String language() {
		return this.language;
	}

	/**
	 * Create a database.
	 * @return its URL
	 */
	public String create() {
		return switch (this) {
			case MYSQL -> createOnMySql();
			case MARIADB -> MariaDbDatabase.create();
			case POSTGRESQL -> PostgresDatabase.create().url();
		};
	}

	private static String createOnMySql() {
		String server = System.getenv("MYSQL_URL");
		Assumptions.assumeThat(server).as("MYSQL_URL").isNotNull();
		String name = "script_" + System.nanoTime();
		new JdbcTemplate(new DriverManagerDataSource(server, "root", "")).execute("create database " + name);
		return server + name;
	}

	public DriverManagerDataSource dataSource(String url) {
		return new DriverManagerDataSource(url, this.user, "");
	}

	JdbcTemplate jdbc(String url) {
		return new JdbcTemplate(dataSource(url));
	}

	/**
	 * Return the properties of a replica.
	 */
	String[] properties(String url) {
		return new String[] { "spring.datasource.url=" + url, "spring.datasource.username=" + this.user,
				"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0",
				"spring.flyway.mixed=true" };
	}

	/**
	 * Return the sessions with a script statement that contains a text and waits for a
	 * lock. A session that merely runs is left out. Its statement may be an earlier one
	 * that names the same table.
	 */
	List<Long> waiting(String url, String text) {
		String sql = (this == POSTGRESQL)
				? "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
						+ " and query like ? and query not like 'select %'"
				: "select id from information_schema.processlist where db = database() and id <> connection_id()"
						+ " and info like ? and info not like 'select %' and info not like 'show %'"
						+ " and (state like 'Waiting%' or id in (select trx_mysql_thread_id"
						+ " from information_schema.innodb_trx where trx_state = 'LOCK WAIT'))";
		return jdbc(url).queryForList(sql, Long.class, "%" + text + "%");
	}

	void end(String url, long session) {
		jdbc(url).execute(
				(this == POSTGRESQL) ? "select pg_terminate_backend(" + session + ")" : "kill connection " + session);
	}

}

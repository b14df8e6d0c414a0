package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that is ended in each statement of a script, one after the other. What it
 * leaves at last is what an undisturbed one leaves.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledScriptTests {

	private static final int HELD = 10;

	/** With {@code -Dresume.every=1} in each of them. */
	private static final int EVERY = Integer.getInteger("resume.every", 3);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void eachStatementTakesEffectOnce(Server server) throws Exception {
		String disturbed = prepare(server);
		for (int statement = 1; statement <= HELD; statement += EVERY) {
			endIn(server, disturbed, statement, (statement % 2 == 0) ? "TERM" : "KILL");
		}
		String log = finish(server, disturbed);
		assertThat(log).contains("goes on with statement");
		String undisturbed = prepare(server);
		finish(server, undisturbed);
		assertThat(server.state(disturbed)).isEqualTo(server.state(undisturbed));
		assertThat(server.jdbc(disturbed)
			.queryForList("select kind from startgate_record where kind in ('intent', 'script', 'look')")).isEmpty();
	}

	@Test
	void withoutThatAPersonIsNeeded() throws Exception {
		String url = prepare(Server.MARIADB);
		endIn(Server.MARIADB, url, 3, "KILL");
		try (ReplicaProcess replica = start(Server.MARIADB, url, "startgate.on-interrupted=stop")) {
			assertThat(replica.awaitExit(PATIENCE)).isEqualTo(1);
			assertThat(replica.log()).contains("was interrupted", "statement 4 (create index hold_03_n) is in doubt");
		}
	}

	private String prepare(Server server) throws IOException {
		String url = server.create();
		IntStream.rangeClosed(1, HELD).mapToObj(KilledScriptTests::table).forEach((table) -> {
			server.jdbc(url).execute("create table " + table + " (id int primary key, n int not null)");
			server.jdbc(url).execute("insert into " + table + " values (1, 1), (2, 2)");
		});
		Files.writeString(this.directory.resolve("V1__mixed.sql"), server.script);
		return url;
	}

	private static String table(int number) {
		return "hold_%02d".formatted(number);
	}

	private void endIn(Server server, String url, int statement, String signal) throws Exception {
		try (Connection other = new DriverManagerDataSource(url, server.user, "").getConnection();
				Statement hold = other.createStatement()) {
			other.setAutoCommit(false);
			hold.execute("update " + table(statement) + " set id = id");
			try (ReplicaProcess replica = start(server, url)) {
				Awaitility.await(table(statement) + "\n")
					.failFast(() -> assertThat(replica.isAlive()).as(replica.log()).isTrue())
					.until(() -> server.isWaiting(url, table(statement)));
				replica.signal(signal);
				replica.awaitExit(PATIENCE);
			}
			other.rollback();
		}
	}

	private String finish(Server server, String url) throws Exception {
		try (ReplicaProcess replica = start(server, url)) {
			assertThat(replica.awaitExit(PATIENCE)).as(replica.log()).isZero();
			return replica.log();
		}
	}

	private ReplicaProcess start(Server server, String url, String... properties) throws IOException {
		return ReplicaProcess.start(this.directory, TestApplication.class,
				Stream.concat(Stream.of("spring.datasource.url=" + url, "spring.datasource.username=" + server.user,
						"spring.flyway.locations=filesystem:" + this.directory,
						"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0",
						"spring.flyway.mixed=true"), Stream.of(properties))
					.toList());
	}

	enum Server {

		/** A real one, at {@code MYSQL_URL}. */
		MYSQL("root", "information_schema.processlist where db = database() and info", MariaDb.SCRIPT),

		MARIADB("root", "information_schema.processlist where db = database() and info", MariaDb.SCRIPT),

		POSTGRESQL("postgres", "pg_stat_activity where datname = current_database() and state = 'active' and query", """
				set lock_timeout = 0;
				alter table hold_01 add column a int;
				update hold_02 set n = n + 1;
				create unique index concurrently hold_03_n on hold_03 (n);
				insert into hold_04 select id + 100, n from hold_04 for update;
				alter table hold_05 drop column n, add column m int not null default 7;
				begin;
				update hold_06 set n = n * 2 + 1;
				commit;
				create index concurrently hold_07_n on hold_07 (n);
				update hold_06 set n = n + 1;
				delete from hold_08 where id = 1;
				drop index concurrently hold_07_n;
				drop table hold_09;
				reindex table concurrently hold_10;
				update hold_10 set n = n + 1;
				""");

		private final String user;

		private final String sessions;

		private final String script;

		Server(String user, String sessions, String script) {
			this.user = user;
			this.sessions = sessions;
			this.script = script;
		}

		String create() {
			return switch (this) {
				case MYSQL -> MySql.create();
				case MARIADB -> MariaDbDatabase.create();
				case POSTGRESQL -> PostgresDatabase.create().url();
			};
		}

		JdbcTemplate jdbc(String url) {
			return new JdbcTemplate(new DriverManagerDataSource(url, this.user, ""));
		}

		boolean isWaiting(String url, String table) throws SQLException {
			return jdbc(url).queryForObject(
					"select count(*) from " + this.sessions + " like '%" + table + "%' and "
							+ ((this == POSTGRESQL) ? "pid <> pg_backend_pid()" : "id <> connection_id()"),
					Integer.class) > 0;
		}

		List<String> state(String url) {
			JdbcTemplate jdbc = jdbc(url);
			String schema = (this == POSTGRESQL) ? "current_schema()" : "database()";
			return Stream
				.concat(jdbc
					.queryForList("select concat(table_name, '.', column_name, ' ', data_type) from"
							+ " information_schema.columns where table_schema = " + schema
							+ " and table_name not like 'startgate%' and table_name not like 'flyway%' order by 1",
							String.class)
					.stream(),
						jdbc.queryForList(
								"select table_name from information_schema.tables where table_schema = " + schema
										+ " and (table_name like 'h%' or table_name = 'summary') order by 1",
								String.class)
							.stream()
							.map((table) -> table + " "
									+ jdbc.queryForList("select * from " + table + " order by 1, 2")))
				.toList();
		}

	}

	private static final class MariaDb {

		private static final String SCRIPT = """
				set @factor = 3;
				alter table hold_01 add column a int;
				update hold_02 set n = n + 1;
				create index hold_03_n on hold_03 (n);
				insert into hold_04 select id + 100, n from hold_04;
				alter table hold_05 drop column n, add column m int not null default 7;
				update hold_06 set n = n * 2 + @factor;
				rename table hold_07 to held_07;
				update hold_06 set n = n + 1;
				delete from hold_08 where id = 1;
				drop table hold_09;
				create table summary as select * from hold_06;
				update summary set n = n + 1;
				start transaction;
				update hold_02 set n = n + 10;
				commit;
				update hold_10 set n = n + 1;
				""";

	}

	private static final class MySql {

		private static String create() {
			String server = System.getenv("MYSQL_URL");
			Assumptions.assumeThat(server).as("MYSQL_URL").isNotNull();
			server = server.replace("jdbc:mysql:", "jdbc:mariadb:");
			String name = "script_" + System.nanoTime();
			new JdbcTemplate(new DriverManagerDataSource(server, "root", "")).execute("create database " + name);
			return server + name;
		}

	}

}

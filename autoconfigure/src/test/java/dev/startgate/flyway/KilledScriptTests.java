package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica is ended in one statement of a script after the other. The script finally
 * leaves what an undisturbed run leaves.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class KilledScriptTests {

	private static final int HELD = 10;

	private static final String ON_MYSQL = """
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

	private static final String ON_POSTGRESQL = """
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
			""";

	/** With {@code -Dresume.every=1} the replica is ended in each statement. */
	private static final int EVERY = Integer.getInteger("resume.every", 3);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void eachStatementTakesEffectOnce(ScriptServer server) throws Exception {
		String disturbed = prepare(server);
		for (int statement = 1; statement <= HELD; statement += EVERY) {
			endIn(server, disturbed, statement, (statement % 2 == 0) ? "TERM" : "KILL");
		}
		String log = finish(server, disturbed, this.directory);
		assertThat(log).contains("goes on with statement");
		String undisturbed = prepare(server);
		finish(server, undisturbed, this.directory);
		assertThat(state(server, disturbed)).isEqualTo(state(server, undisturbed));
		assertThat(server.jdbc(disturbed)
			.queryForList("select kind from startgate_record where kind in ('intent', 'script', 'look')")).isEmpty();
	}

	@Test
	void withoutThatAPersonIsNeeded() throws Exception {
		String url = prepare(ScriptServer.MARIADB);
		endIn(ScriptServer.MARIADB, url, 3, "KILL");
		try (ReplicaProcess replica = start(ScriptServer.MARIADB, url, this.directory,
				"startgate.on-interrupted=stop")) {
			assertThat(replica.awaitExit(PATIENCE)).isEqualTo(1);
			assertThat(replica.log()).contains("was interrupted", "statement 4 (create index hold_03_n) is in doubt");
		}
	}

	/**
	 * A deployment is rolled back in the middle of the script. The older release lacks
	 * the script, takes the lock for work of its own, and must leave the notes as they
	 * are.
	 */
	@ParameterizedTest
	@EnumSource
	void anOlderReleaseStartsMeanwhileAndTheScriptGoesOnLater(ScriptServer server) throws Exception {
		Path older = Files.createDirectory(this.directory.resolve("older"));
		Files.writeString(older.resolve("R__seen.sql"), "create table seen (n int)");
		String disturbed = prepare(server);
		endIn(server, disturbed, 3, "KILL");
		assertThat(finish(server, disturbed, older)).contains("has the lock", "Successfully applied 1 migration")
			.doesNotContain("goes on", "to version \"1");
		assertThat(finish(server, disturbed, this.directory)).contains("goes on with statement");
		String undisturbed = prepare(server);
		finish(server, undisturbed, this.directory);
		assertThat(state(server, disturbed))
			.contains("seen.n int%s".formatted((server == ScriptServer.POSTGRESQL) ? "eger" : ""))
			.isEqualTo(state(server, undisturbed));
	}

	private String prepare(ScriptServer server) throws IOException {
		String url = server.create();
		IntStream.rangeClosed(1, HELD).mapToObj(KilledScriptTests::table).forEach((table) -> {
			server.jdbc(url).execute("create table " + table + " (id int primary key, n int not null)");
			server.jdbc(url).execute("insert into " + table + " values (1, 1), (2, 2)");
		});
		Files.writeString(this.directory.resolve("V1__mixed.sql"),
				(server == ScriptServer.POSTGRESQL) ? ON_POSTGRESQL : ON_MYSQL);
		return url;
	}

	private static String table(int number) {
		return "hold_%02d".formatted(number);
	}

	private void endIn(ScriptServer server, String url, int statement, String signal) throws Exception {
		try (Connection other = server.dataSource(url).getConnection(); Statement hold = other.createStatement()) {
			other.setAutoCommit(false);
			hold.execute("update " + table(statement) + " set id = id");
			try (ReplicaProcess replica = start(server, url, this.directory)) {
				Awaitility.await(table(statement) + "\n")
					.failFast(() -> assertThat(replica.isAlive()).as(replica.log()).isTrue())
					.until(() -> !server.waiting(url, table(statement)).isEmpty());
				replica.signal(signal);
				replica.awaitExit(PATIENCE);
			}
			other.rollback();
		}
	}

	private String finish(ScriptServer server, String url, Path migrations) throws Exception {
		try (ReplicaProcess replica = start(server, url, migrations)) {
			assertThat(replica.awaitExit(PATIENCE)).as(replica.log()).isZero();
			return replica.log();
		}
	}

	private ReplicaProcess start(ScriptServer server, String url, Path migrations, String... properties)
			throws IOException {
		String[] all = TestApplication.join(server.properties(url), properties);
		return ReplicaProcess.start(this.directory, TestApplication.class,
				List.of(TestApplication.join(all, "spring.flyway.locations=filesystem:" + migrations)));
	}

	private static List<String> state(ScriptServer server, String url) {
		JdbcTemplate jdbc = server.jdbc(url);
		String schema = (server == ScriptServer.POSTGRESQL) ? "current_schema()" : "database()";
		return Stream
			.concat(jdbc
				.queryForList(
						"select concat(table_name, '.', column_name, ' ', data_type) from"
								+ " information_schema.columns where table_schema = " + schema
								+ " and table_name not like 'startgate%' and table_name not like 'flyway%' order by 1",
						String.class)
				.stream(),
					jdbc.queryForList("select table_name from information_schema.tables where table_schema = " + schema
							+ " and (table_name like 'h%' or table_name = 'summary') order by 1", String.class)
						.stream()
						.map((table) -> table + " " + jdbc.queryForList("select * from " + table + " order by 1, 2")))
			.toList();
	}

}

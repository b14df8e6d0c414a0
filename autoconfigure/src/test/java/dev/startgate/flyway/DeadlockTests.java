package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.MariaDbDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A script whose statement is the victim of a deadlock, or does not get its lock in time.
 * A deadlock rolls back the whole transaction, a lock time-out only the statement. Either
 * way each statement takes effect once.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadlockTests {

	private static final String COUNT = "update counter set n = n + 1;\n";

	private static final String RAISE = COUNT + "update depot set height = height + 1 where id = 1;\n"
			+ "update depot set height = height + 1 where id = 2;\n" + COUNT;

	private static final String DDL = "alter table parcel add weight int;\n";

	private final String url = MariaDbDatabase.create();

	private final DriverManagerDataSource dataSource = new DriverManagerDataSource(this.url, "root", "");

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	@TempDir
	private Path migrations;

	/**
	 * The script is a file of DML, is between statements that commit, or has a
	 * transaction of its own.
	 */
	@ParameterizedTest
	@CsvSource({ "true, false, true", "true, true, true", "true, true, false", "false, true, true",
			"false, true, false" })
	void eachStatementTakesEffectOnce(boolean inTransaction, boolean mixed, boolean deadlock, CapturedOutput output)
			throws Exception {
		this.jdbc.execute("create table counter (n int)");
		this.jdbc.execute("insert into counter values (0)");
		this.jdbc.execute("create table parcel (id int primary key)");
		this.jdbc.execute("create table depot (id int primary key, height int)");
		this.jdbc.execute("insert into depot values (1, 0), (2, 0)");
		String begin = "set innodb_lock_wait_timeout = " + (deadlock ? 50 : 1) + ";\n";
		String script = inTransaction ? RAISE : "start transaction;\n" + RAISE + "commit;\n";
		Files.writeString(this.migrations.resolve("V1__raise.sql"),
				begin + (mixed ? COUNT + DDL + script + DDL.replace("weight", "height") + COUNT : script));
		Files.writeString(this.migrations.resolve("V1__raise.sql.conf"), "executeInTransaction=" + inTransaction);
		CompletableFuture<Void> started;
		try (Connection other = this.dataSource.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			// the victim is the one that has changed fewer rows
			for (int i = 0; i < 50; i++) {
				statement.execute("update depot set height = height + 1 where id = 2");
			}
			statement.execute("update depot set height = height - 50 where id = 2");
			started = CompletableFuture.runAsync(this::start);
			if (deadlock) {
				Awaitility.await()
					.failFast(started::isDone)
					.until(() -> this.jdbc.queryForObject(
							"select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'"
									+ " and trx_query like 'update depot%id = 2%'",
							Long.class) > 0);
				statement.execute("update depot set height = height where id = 1");
			}
			Awaitility.await().failFast(started::isDone).until(() -> output.getAll().contains("(retry 1 of 5)"));
			other.commit();
		}
		started.join();
		assertThat(output).contains(deadlock ? "Deadlock found" : "Lock wait timeout exceeded");
		assertThat(this.jdbc.queryForList("select height from depot", Integer.class)).containsExactly(1, 1);
		assertThat(this.jdbc.queryForObject("select n from counter", Integer.class)).isEqualTo(mixed ? 4 : 2);
		assertThat(
				this.jdbc.queryForList("select success from flyway_schema_history where version = '1'", Boolean.class))
			.containsExactly(true);
		assertThat(this.jdbc.queryForList("select item from startgate_record where kind in ('intent', 'failure')"))
			.isEmpty();
		assertThat(output).contains("The file is not at fault: its row with success=false is removed");
	}

	private void start() {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.username=root",
					"spring.flyway.locations=filesystem:" + this.migrations, "spring.flyway.baseline-on-migrate=true",
					"spring.flyway.baseline-version=0", "startgate.retry.delay=10ms")
			.run((context) -> assertThat(context).hasNotFailed());
	}

}

package dev.startgate.flyway;

import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.GateState;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A database that commits DDL by itself, so that a migration can be half done.
 */
@ExtendWith(OutputCaptureExtension.class)
class ImplicitCommitTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/implicit";

	private final String url = MariaDbDatabase.create();

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	@BeforeEach
	void open() {
		this.pool.setJdbcUrl(this.url);
		this.pool.setUsername("root");
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	/**
	 * The first statement of the migration is done when the connection breaks.
	 */
	@Test
	void whatAConnectionHasLeftHalfDoneIsNotRunAgainUntilItIsMended(CapturedOutput output) {
		this.jdbc.execute("create table depot (id int)");
		try (StartingReplica replica = start("startgate.on-failure=stay-down", "spring.flyway.baseline-on-migrate=true",
				"spring.flyway.baseline-version=0")) {
			breakInTheMiddle(replica);
			Awaitility.await()
				.failFast(replica.started()::isDone)
				.until(() -> String.valueOf(replica.gate().snapshot().reason())
					.contains("Migration V2 'add columns' (V2__add_columns.sql) was interrupted"));
			assertThat(columns("parcel")).as("half done").containsExactly("id", "weight");
			this.jdbc.execute("alter table parcel drop column weight");
			this.jdbc.execute(erase(output));
			assertThat(replica.started()).succeedsWithin(Duration.ofSeconds(30));
		}
		assertThat(columns("parcel")).containsExactly("id", "weight");
		assertThat(columns("depot")).containsExactly("id", "height");
		assertThat(notes()).isZero();
	}

	@Test
	void whatHasFailedIsLeftToFlywayAndGoesOnAfterARepair() {
		try (StartingReplica replica = start("startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("V2__add_columns.sql", "depot");
			assertThat(this.jdbc.queryForList("select item from startgate_record where kind = 'intent'")).isEmpty();
			assertThat(this.jdbc.queryForObject("select detail from startgate_record where kind = 'failure'",
					String.class))
				.contains("version: 2", "script: V2__add_columns.sql", "line: 2", "recorded: true", "depot");
			Awaitility.await().during(Duration.ofSeconds(3)).until(() -> !replica.started().isDone());
			this.jdbc.execute("alter table parcel drop column weight");
			this.jdbc.execute("create table depot (id int)");
			this.jdbc.execute("delete from flyway_schema_history where success = false");
			assertThat(replica.started()).succeedsWithin(Duration.ofSeconds(30));
		}
		assertThat(notes()).isZero();
	}

	@Test
	void aStartAfterwardsHearsTheSameFromFlyway() {
		Throwable first = catchThrowable(() -> start().started().join());
		assertThat(NestedExceptionUtils.getMostSpecificCause(first)).hasMessageContaining("depot");
		Throwable second = catchThrowable(() -> start().started().join());
		assertThat(NestedExceptionUtils.getMostSpecificCause(second))
			.hasMessageContaining("Detected failed migration to version 2");
	}

	private void breakInTheMiddle(StartingReplica replica) {
		SingleConnectionDataSource connection = new SingleConnectionDataSource(this.url, "root", "", true);
		JdbcTemplate writer = new JdbcTemplate(connection);
		writer.execute("lock tables depot write");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.failFast(replica.started()::isDone)
			.until(() -> migrating() != null);
		this.jdbc.execute("kill connection " + migrating());
		connection.destroy();
	}

	private Long migrating() {
		return this.jdbc
			.queryForList("select id from information_schema.processlist where info like 'alter table depot%'",
					Long.class)
			.stream()
			.findFirst()
			.orElse(null);
	}

	private StartingReplica start(String... properties) {
		return StartingReplica.of(
				new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=root", LOCATIONS },
				properties);
	}

	private static String erase(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.startsWith("    delete from"))
			.map((line) -> line.strip().replace(";", ""))
			.findFirst()
			.orElseThrow();
	}

	private List<String> columns(String table) {
		return this.jdbc.queryForList(
				"select column_name from information_schema.columns"
						+ " where table_schema = database() and table_name = ? order by ordinal_position",
				String.class, table);
	}

	private long notes() {
		return this.jdbc.queryForObject("select count(*) from startgate_record where kind in ('intent', 'failure')",
				Long.class);
	}

}

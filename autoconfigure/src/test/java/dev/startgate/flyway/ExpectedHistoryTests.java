package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The short look after a wait agrees with Flyway's own look. If anything is out of the
 * ordinary, it gives no answer.
 */
class ExpectedHistoryTests {

	@TempDir
	private Path migrations;

	@BeforeEach
	void write() throws IOException {
		write("V1__first.sql", "create table first (id int)");
		write("V2__second.sql", "create table second (id int)");
		write("R__view.sql", "create or replace view every as select id from first");
	}

	private static DataSource postgres() {
		return ScriptServer.POSTGRESQL.dataSource(ScriptServer.POSTGRESQL.create());
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void saysWhatFlywaySaysOnceAllIsApplied(ScriptServer server) {
		DataSource dataSource = server.dataSource(server.create());
		flyway(dataSource, "1").migrate();
		ExpectedHistory expected = expected(flyway(dataSource, "latest"));
		assertThat(expected.read()).isEmpty();
		flyway(dataSource, "2").migrate();
		flyway(dataSource, "latest").migrate();
		MigrationInfoService info = flyway(dataSource, "latest").info();
		assertThat(info.all()).allMatch((migration) -> migration.getState() == MigrationState.SUCCESS);
		assertThat(expected.read()).contains(HistorySnapshot.of(Optional.of(info)));
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void saysWhatFlywaySaysOfADatabaseThatWasEmpty(ScriptServer server) {
		DataSource dataSource = server.dataSource(server.create());
		ExpectedHistory expected = expected(flyway(dataSource, "latest"));
		assertThat(expected.read()).isEmpty();
		flyway(dataSource, "latest").migrate();
		assertThat(expected.read()).contains(HistorySnapshot.of(Optional.of(flyway(dataSource, "latest").info())));
	}

	@Test
	void saysNothingWhileSomethingIsLeft() {
		DataSource dataSource = postgres();
		flyway(dataSource, "1").migrate();
		ExpectedHistory expected = expected(flyway(dataSource, "latest"));
		flyway(dataSource, "2").migrate();
		new JdbcTemplate(dataSource).execute("delete from flyway_schema_history where version = '2'");
		assertThat(expected.read()).isEmpty();
	}

	/**
	 * Another file of the same version, and a version that is not known here.
	 */
	@ParameterizedTest
	@CsvSource({ "V2__second.sql, create table second (id bigint)", "V3__third.sql, create table third (id int)" })
	void saysNothingOfAFileThatItHasNotSeen(String name, String statement) throws IOException {
		DataSource dataSource = postgres();
		ExpectedHistory expected = expected(flyway(dataSource, "latest"));
		write(name, statement);
		flyway(dataSource, "latest").migrate();
		assertThat(expected.read()).isEmpty();
	}

	@Test
	void saysNothingOfAFailureOrARepair() {
		DataSource dataSource = postgres();
		flyway(dataSource, "1").migrate();
		ExpectedHistory expected = expected(flyway(dataSource, "latest"));
		flyway(dataSource, "latest").migrate();
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		assertThat(expected.read()).isPresent();
		jdbc.execute("update flyway_schema_history set success = false where version = '2'");
		assertThat(expected.read()).isEmpty();
		jdbc.execute("update flyway_schema_history set success = true where version = '2'");
		assertThat(expected.read()).isPresent();
		jdbc.execute("update flyway_schema_history set checksum = 7 where version = '1'");
		assertThat(expected.read()).isEmpty();
	}

	@Test
	void expectsNothingWhereMoreThanApplyingIsToBeDone() throws IOException {
		DataSource dataSource = postgres();
		flyway(dataSource, "latest").migrate();
		write("R__view.sql", "create or replace view every as select id from second");
		Flyway flyway = flyway(dataSource, "latest");
		assertThat(ExpectedHistory.of(new HistoryRows(FlywayTarget.of(flyway.getConfiguration())), flyway.info().all(),
				HistorySnapshot.of(Optional.of(flyway.info()))))
			.isEmpty();
	}

	private static ExpectedHistory expected(Flyway flyway) {
		MigrationInfoService info = flyway.info();
		return ExpectedHistory
			.of(new HistoryRows(FlywayTarget.of(flyway.getConfiguration())), info.all(),
					HistorySnapshot.of(Optional.of(info)))
			.orElseThrow();
	}

	private Flyway flyway(DataSource dataSource, String target) {
		return new Flyway(configuration(dataSource).target(target));
	}

	private void write(String name, String statement) throws IOException {
		Files.writeString(this.migrations.resolve(name), statement);
	}

	private FluentConfiguration configuration(DataSource dataSource) {
		return new FluentConfiguration().dataSource(dataSource).locations("filesystem:" + this.migrations);
	}

}

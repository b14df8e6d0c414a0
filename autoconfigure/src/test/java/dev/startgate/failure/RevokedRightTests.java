package dev.startgate.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;

import dev.startgate.GateState;
import dev.startgate.testing.FailedStart;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.Patience;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A right that is revoked while the application starts is named, with what gives it back.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class RevokedRightTests {

	private static final String GRANT = "grant select, insert, update, delete on \"public\".\"startgate_record\" to ";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final String user = "u" + System.nanoTime();

	@TempDir
	private Path directory;

	@BeforeEach
	void createUser() {
		this.database.jdbc().execute("create user " + this.user);
		this.database.jdbc().execute("grant all on schema public to " + this.user);
	}

	@Test
	void lockTableRightRevokedDuringAMigrationIsNamed(CapturedOutput output) {
		assertThat(fail(output))
			.contains("The table \"public\".\"startgate_record\" can't be read and written: "
					+ "ERROR: permission denied for table startgate_record", GRANT + this.user + ";")
			.doesNotContain("Nothing was migrated");
		assertThat(this.database.history()).containsExactly("1");
		this.database.jdbc().execute(GRANT + this.user);
		TestApplication.start(this.database, properties()).close();
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void missingRightToReadTheHistoryIsNamed(CapturedOutput output) {
		TestApplication.start(this.database, "spring.flyway.locations=classpath:db/slow", "spring.flyway.target=1")
			.close();
		this.database.jdbc().execute("revoke usage on schema public from public, " + this.user);
		FailedStart failed = fail(output, "spring.flyway.locations=classpath:db/slow", "spring.flyway.target=1",
				"spring.flyway.default-schema=public");
		assertThat(failed).contains(
				"The user " + this.user + " can't read and write Flyway's history "
						+ "\"public\".\"flyway_schema_history\": ERROR: permission denied for schema public",
				"    grant usage on schema \"public\" to " + this.user + ";",
				"    grant select, insert, update, delete on \"public\".\"flyway_schema_history\" to " + this.user
						+ ";",
				"'spring.flyway.user'");
		failed.type(this.database.jdbc());
		fail(output, "spring.flyway.locations=classpath:db/slow", "spring.flyway.target=2").type(this.database.jdbc());
		TestApplication
			.start(this.database, properties("spring.flyway.locations=classpath:db/slow", "spring.flyway.target=1"))
			.close();
	}

	@Test
	void historyRightRevokedDuringAMigrationIsNamed(CapturedOutput output) throws SQLException {
		String[] held = { "spring.flyway.locations=classpath:db/held", "spring.datasource.username=" + this.user };
		FailedStart failed;
		try (HeldMigration migration = HeldMigration.in(this.database);
				StartingReplica replica = StartingReplica.of(this.database.properties(), held)) {
			migration.awaitReached();
			this.database.jdbc().execute("revoke insert on flyway_schema_history from " + this.user);
			migration.close();
			failed = FailedStart.of(output, () -> assertThat(replica.started()).failsWithin(Patience.PATIENCE));
		}
		assertThat(failed).contains("can't read and write Flyway's history \"public\".\"flyway_schema_history\"",
				"permission denied for table flyway_schema_history");
		assertThat(this.database.history()).containsExactly("1");
		failed.type(this.database.jdbc());
		TestApplication.start(this.database, held).close();
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void rightThatAMigrationLacksIsNotLookedForInTheScript(CapturedOutput output) throws IOException {
		Files.writeString(this.directory.resolve("V1__first.sql"), "create table first (id int)");
		TestApplication.start(this.database, properties("spring.flyway.locations=filesystem:" + this.directory))
			.close();
		this.database.jdbc().execute("create table foreign_parcel (id int)");
		Files.writeString(this.directory.resolve("V2__change.sql"), "alter table foreign_parcel add column weight int");
		assertThat(fail(output, "spring.flyway.locations=filesystem:" + this.directory))
			.contains("must be owner of table foreign_parcel (SQLSTATE 42501)", "nothing of it is left",
					"The user " + this.user + " lacks a right", "'spring.flyway.user'")
			.doesNotContain("Fix the script");
	}

	@Test
	void scriptOutsideATransactionGoesOnOnceTheRightIsGranted(CapturedOutput output) throws IOException {
		writeCount();
		String[] properties = properties("spring.flyway.locations=filesystem:" + this.directory);
		assertThat(fail(output, properties))
			.contains("It is noted which statements are done. The user " + this.user + " lacks a right",
					"and start again: the migration goes on with the statement that failed.")
			.doesNotContain("delete from", "rerun");
		fail(output, properties);
		this.database.jdbc().execute("grant insert on theirs.parcel to " + this.user);
		TestApplication.start(this.database, properties).close();
		assertThat(this.database.jdbc().queryForObject("select n from ledger", int.class)).isEqualTo(2);
		assertThat(this.database.jdbc().queryForObject("select count(*) from theirs.parcel", int.class)).isOne();
		assertThat(output).contains("The file is not at fault: its row with success=false is removed");
	}

	@Test
	void replicaThatStaysDownGoesOnOnceTheRightIsGranted() throws Exception {
		writeCount();
		String[] properties = properties("spring.flyway.locations=filesystem:" + this.directory,
				"startgate.on-failure=stay-down");
		try (StartingReplica one = StartingReplica.of(this.database.properties(), properties);
				StartingReplica other = StartingReplica.of(this.database.properties(), properties)) {
			one.awaitState(GateState.BLOCKED);
			other.awaitState(GateState.BLOCKED);
			this.database.jdbc().execute("grant insert on theirs.parcel to " + this.user);
			assertThat(one.started()).succeedsWithin(Patience.PATIENCE);
			assertThat(other.started()).succeedsWithin(Patience.PATIENCE);
		}
		assertThat(this.database.jdbc().queryForObject("select n from ledger", int.class)).isEqualTo(2);
	}

	/**
	 * Write a script that runs outside a transaction, and lacks a right in its middle.
	 */
	private void writeCount() throws IOException {
		this.database.jdbc().execute("create schema theirs create table parcel (id int)");
		this.database.jdbc().execute("grant usage on schema theirs to " + this.user);
		Files.writeString(this.directory.resolve("V1__ledger.sql"),
				"create table ledger (n int); insert into ledger values (0);");
		Files.writeString(this.directory.resolve("V2__count.sql"), """
				update ledger set n = n + 1;
				insert into theirs.parcel values (1);
				update ledger set n = n + 1;
				""");
		Files.writeString(this.directory.resolve("V2__count.sql.conf"), "executeInTransaction=false");
	}

	@Test
	void missingRightToConnectIsNamed(CapturedOutput output) {
		this.database.jdbc().execute("revoke connect on database " + this.database.name() + " from public");
		assertThat(fail(output)).contains("The database can't be reached: FATAL: permission denied for database",
				"Check that the user is allowed to connect to it");
	}

	private FailedStart fail(CapturedOutput output, String... more) {
		return FailedStart.of(this.database, output, properties(more));
	}

	private String[] properties(String... more) {
		return Stream
			.concat(Stream.of("spring.datasource.username=" + this.user,
					"spring.datasource.hikari.connection-timeout=1000", "spring.flyway.locations=classpath:db/revoked"),
					Stream.of(more))
			.toArray(String[]::new);
	}

}

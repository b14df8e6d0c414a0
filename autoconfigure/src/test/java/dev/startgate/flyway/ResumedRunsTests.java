package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.MigrationCoordinator;
import dev.startgate.Rerunnable;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.MigrationType;
import org.flywaydb.core.internal.jdbc.Results;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Runs go on although they are not those of the application's own Flyway: data
 * migrations, those of a tenant, and a Java migration that may run again.
 */
@ExtendWith(OutputCaptureExtension.class)
class ResumedRunsTests {

	private static final ScriptServer SERVER = ScriptServer.MARIADB;

	private final String url = HeldTables.create(SERVER);

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		for (String folder : List.of("schema", "other")) {
			Files.createDirectories(this.directory.resolve(folder));
		}
		Files.writeString(this.directory.resolve("other/V1__x.sql"), """
				update counter set n = n + 1;
				create table a (x int);
				update hold set n = n + 1;
				""");
	}

	@Test
	void aDataMigrationGoesOn(CapturedOutput output) throws Exception {
		try (HeldTables held = new HeldTables(SERVER, this.url);
				StartingReplica replica = start("startgate.data-migrations.locations=" + location("other"))) {
			held.endWhatWaits(replica.started());
			held.close();
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		assertThat(output).contains("goes on with statement 3", "in statement 2 (create table a)");
		assertThatEachWasDoneOnce();
	}

	/** Releases before and after name the schema, or leave it to the connection. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void oneGoesOnInAReplicaThatNamesItsSchemaDifferently(boolean first, CapturedOutput output) throws Exception {
		Files.move(this.directory.resolve("other/V1__x.sql"), this.directory.resolve("schema/V1__x.sql"));
		Files.writeString(this.directory.resolve("other/V1__data.sql"), "create table b (x int)");
		String[] left = { "startgate.retry.max-retries=0", "startgate.data-migrations.locations=" + location("other") };
		String[] named = TestApplication.join(left, "spring.flyway.default-schema="
				+ SERVER.jdbc(this.url).queryForObject("select database()", String.class));
		try (HeldTables held = new HeldTables(SERVER, this.url);
				StartingReplica replica = start(first ? named : left)) {
			held.endWhatWaits(replica.started());
			assertThat(replica.started()).failsWithin(PATIENCE);
		}
		try (StartingReplica replica = start(first ? left : named)) {
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		assertThat(output).contains("goes on with statement 3", "in statement 2 (create table a)");
		assertThatEachWasDoneOnce();
	}

	/** An earlier migration has set how later ones in the same session are read. */
	@Test
	void oneWithNamesInDoubleQuotesGoesOn(CapturedOutput output) throws Exception {
		Files.writeString(this.directory.resolve("schema/V1__x.sql"),
				"set session sql_mode = concat(@@sql_mode, ',ANSI_QUOTES');\ncreate table \"parcel\" (weight int);");
		Files.writeString(this.directory.resolve("schema/V2__x.sql"), """
				update counter set n = n + 1;
				alter table "parcel" add index ("weight");
				update "hold" set n = n + 1;
				""");
		try (HeldTables held = new HeldTables(SERVER, this.url); StartingReplica replica = start()) {
			held.endWhatWaits(replica.started());
			held.close();
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		assertThat(output).contains("goes on with statement 3");
		assertThatEachWasDoneOnce();
	}

	/** Such a migration executes statements that nobody sees. */
	@Test
	void oneOfAnotherResolverDoesNotGoOn() throws Exception {
		Flyway flyway = Flyway.configure()
			.dataSource(SERVER.dataSource(this.url))
			.table("tenant_history")
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.locations(new String[0])
			.resolvers((context) -> List.of(new Templated()))
			.load();
		assertThatException().isThrownBy(() -> migrateInTheMiddle(flyway))
			.withStackTraceContaining("InterruptedMigrationException");
		assertThat(SERVER.jdbc(this.url).queryForObject("select n from counter", Integer.class)).isOne();
	}

	@Test
	void oneOfATenantGoesOn(CapturedOutput output) throws Exception {
		migrateInTheMiddle(tenant("other"));
		assertThat(output).contains("goes on with statement 3", "in statement 2 (create table a)");
		assertThatEachWasDoneOnce();
	}

	@Test
	void oneThatIsRepeatedGoesOn(CapturedOutput output) throws Exception {
		Path script = this.directory.resolve("other/R__x.sql");
		Files.writeString(script, "update counter set n = n - 1;\nupdate counter set n = n + 1;\n");
		Flyway flyway = Flyway.configure()
			.dataSource(SERVER.dataSource(this.url))
			.table("tenant_history")
			.baselineOnMigrate(true)
			.baselineVersion("1")
			.locations(location("other"))
			.load();
		flyway.migrate();
		Files.copy(this.directory.resolve("other/V1__x.sql"), script, StandardCopyOption.REPLACE_EXISTING);
		migrateInTheMiddle(flyway);
		assertThat(output).contains("goes on with statement 3", "in statement 2 (create table a)");
		assertThatEachWasDoneOnce();
	}

	@Test
	void oneThatIsRepeatedGoesOnAfterAnOlderReplica(CapturedOutput output) throws Exception {
		Files.createDirectories(this.directory.resolve("older"));
		Files.writeString(this.directory.resolve("older/R__x.sql"), "select n from counter");
		Files.writeString(this.directory.resolve("older/afterMigrate.sql"), "select 1");
		Files.move(this.directory.resolve("other/V1__x.sql"), this.directory.resolve("other/R__x.sql"));
		try (StartingReplica replica = start("startgate.retry.max-retries=0");
				HeldTables held = new HeldTables(SERVER, this.url)) {
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			MigrationCoordinator coordinator = replica.bean(MigrationCoordinator.class);
			coordinator.migrate(tenant("older"));
			CompletableFuture<?> run = CompletableFuture.supplyAsync(() -> coordinator.migrate(tenant("other")));
			held.endWhatWaits(run);
			assertThat(run).failsWithin(PATIENCE);
			held.close();
			coordinator.migrate(tenant("older"));
			coordinator.migrate(tenant("other"));
		}
		assertThat(output).contains("goes on with statement 3", "in statement 2 (create table a)");
		assertThatEachWasDoneOnce();
	}

	@Test
	void oneInJavaRunsAgainIfItAllowsThat(CapturedOutput output) throws Exception {
		migrateInTheMiddle(Flyway.configure()
			.dataSource(SERVER.dataSource(this.url))
			.table("tenant_history")
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.locations(new String[0])
			.javaMigrations(new V1__Look_what_is_there())
			.load());
		assertThat(output).contains("and is run again, as it allows");
		assertThatEachWasDoneOnce();
	}

	/**
	 * A migration of a resolver of the application, which says that it is a script.
	 */
	private record Templated() implements ResolvedMigration, MigrationExecutor {

		@Override
		public MigrationVersion getVersion() {
			return MigrationVersion.fromVersion("1");
		}

		@Override
		public String getDescription() {
			return "own";
		}

		@Override
		public String getScript() {
			return "own.template";
		}

		@Override
		public Integer getChecksum() {
			return 7;
		}

		@Override
		public MigrationType getType() {
			return CoreMigrationType.SQL;
		}

		@Override
		public String getPhysicalLocation() {
			return getScript();
		}

		@Override
		public MigrationExecutor getExecutor() {
			return this;
		}

		@Override
		public boolean checksumMatches(Integer checksum) {
			return getChecksum().equals(checksum);
		}

		@Override
		public boolean checksumMatchesWithoutBeingIdentical(Integer checksum) {
			return checksumMatches(checksum);
		}

		@Override
		public List<Results> execute(org.flywaydb.core.api.executor.Context context) throws SQLException {
			try (Statement statement = context.getConnection().createStatement()) {
				statement.execute("update counter set n = n + 1");
				statement.execute("create table if not exists a (x int)");
				statement.execute("update hold set n = n + 1");
			}
			return List.of();
		}

		@Override
		public boolean canExecuteInTransaction() {
			return true;
		}

		@Override
		public boolean shouldExecute() {
			return true;
		}

	}

	private void migrateInTheMiddle(Flyway flyway) throws Exception {
		try (StartingReplica replica = start(); HeldTables held = new HeldTables(SERVER, this.url)) {
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			MigrationCoordinator coordinator = replica.bean(MigrationCoordinator.class);
			CompletableFuture<?> run = CompletableFuture.supplyAsync(() -> coordinator.migrate(flyway));
			held.endWhatWaits(run);
			held.close();
			run.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private Flyway tenant(String folder) {
		return Flyway.configure()
			.dataSource(SERVER.dataSource(this.url))
			.table("tenant_history")
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.locations(location(folder))
			.load();
	}

	private StartingReplica start(String... properties) {
		return StartingReplica.of(SERVER.properties(this.url),
				TestApplication.join(properties, "spring.flyway.locations=" + location("schema")));
	}

	private String location(String folder) {
		return "filesystem:" + this.directory.resolve(folder);
	}

	private void assertThatEachWasDoneOnce() {
		assertThat(Stream.of("counter", "hold")
			.map((table) -> SERVER.jdbc(this.url).queryForObject("select n from " + table, Integer.class)))
			.containsExactly(1, 1);
		assertThat(SERVER.jdbc(this.url)
			.queryForList("select kind from startgate_record where kind in ('intent', 'script', 'look')")).isEmpty();
	}

	@Rerunnable
	static final class V1__Look_what_is_there extends BaseJavaMigration {

		@Override
		public void migrate(Context context) throws Exception {
			Connection connection = context.getConnection();
			try (Statement statement = connection.createStatement()) {
				if (!connection.getMetaData().getTables(connection.getCatalog(), null, "a", null).next()) {
					statement.execute("update counter set n = n + 1");
					statement.execute("create table a (x int)");
				}
				statement.execute("update hold set n = n + 1");
			}
		}

	}

}

package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
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
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

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

	@Test
	void oneOfATenantGoesOn(CapturedOutput output) throws Exception {
		migrateInTheMiddle(Flyway.configure()
			.dataSource(SERVER.dataSource(this.url))
			.table("tenant_history")
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.locations(location("other"))
			.load());
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

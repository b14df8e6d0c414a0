package dev.startgate.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import dev.startgate.testing.FreePort;
import dev.startgate.testing.StartingReplica;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.FileSystemUtils;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The primary fails in the middle of a migration, and its synchronous standby is
 * promoted. The replicas have both in their URL.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class PromotionTests {

	@TempDir
	private Path directory;

	private EmbeddedPostgres primary;

	private EmbeddedPostgres standby;

	@BeforeEach
	void start() throws Exception {
		Path data = this.directory.resolve("primary");
		this.primary = EmbeddedPostgres.builder()
			.setPort(FreePort.next())
			.setPGStartupWait(PATIENCE)
			.setDataDirectory(data)
			.setCleanDataDirectory(false)
			.setServerConfig("wal_keep_size", "128MB")
			.start();
		Path copy = this.directory.resolve("standby");
		backUp(data, copy);
		Files.createFile(copy.resolve("standby.signal"));
		Files.writeString(copy.resolve("postgresql.auto.conf"),
				"primary_conninfo = 'host=localhost port=%d user=postgres application_name=standby'%n"
					.formatted(this.primary.getPort()));
		this.standby = EmbeddedPostgres.builder()
			.setPort(FreePort.next())
			.setPGStartupWait(PATIENCE)
			.setDataDirectory(copy)
			.setCleanDataDirectory(false)
			.start();
		JdbcTemplate jdbc = new JdbcTemplate(this.primary.getPostgresDatabase());
		jdbc.execute("alter system set synchronous_standby_names = 'standby'");
		jdbc.execute("alter system set synchronous_commit = 'remote_apply'");
		jdbc.queryForList("select pg_reload_conf()");
		Awaitility.await()
			.until(() -> jdbc.queryForList("select sync_state from pg_stat_replication", String.class),
					List.of("sync")::equals);
		write("V1__ledger.sql", "create table ledger (n int); insert into ledger values (0);");
		write("V2__in_a_transaction.sql", script(1));
		write("V3__outside.sql", script(10));
		write("V3__outside.sql.conf", "executeInTransaction=false");
	}

	@AfterEach
	void stop() throws IOException {
		this.standby.close();
		this.primary.close();
	}

	@Test
	void aMigrationInATransactionIsRunAgain() throws Exception {
		assertThatAllIsDoneOnce("2");
	}

	@Test
	void aScriptOutsideOfATransactionGoesOn() throws Exception {
		assertThatAllIsDoneOnce("3");
	}

	private void assertThatAllIsDoneOnce(String version) throws Exception {
		JdbcTemplate before = new JdbcTemplate(this.primary.getPostgresDatabase());
		SingleConnectionDataSource held = session();
		new JdbcTemplate(held).queryForList("select pg_advisory_lock(" + version + ")");
		try (held; StartingReplica one = replica("one"); StartingReplica two = replica("two")) {
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> before
					.queryForList("select 1 from pg_locks where locktype = 'advisory' and not granted" + " and objid = "
							+ version)
					.size(), Integer.valueOf(1)::equals);
			this.primary.close();
			JdbcTemplate after = new JdbcTemplate(this.standby.getPostgresDatabase());
			assertThat(after.queryForObject("select pg_promote()", Boolean.class)).isTrue();
			assertThat(one.started()).succeedsWithin(PATIENCE);
			assertThat(two.started()).succeedsWithin(PATIENCE);
			assertThat(after.queryForObject("select n from ledger", int.class)).isEqualTo(22);
			assertThat(after.queryForList("select version from flyway_schema_history where success order by 1",
					String.class))
				.containsExactly("1", "2", "3");
		}
	}

	private void backUp(Path data, Path copy) throws IOException, SQLException {
		SingleConnectionDataSource session = session();
		JdbcTemplate jdbc = new JdbcTemplate(session);
		jdbc.queryForList("select pg_backup_start('standby', true)");
		FileSystemUtils.copyRecursively(data, copy);
		Map<String, Object> stopped = jdbc.queryForMap("select labelfile from pg_backup_stop(false)");
		session.close();
		Files.writeString(copy.resolve("backup_label"), String.valueOf(stopped.get("labelfile")));
		Files.delete(copy.resolve("postmaster.pid"));
		Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(data));
	}

	private SingleConnectionDataSource session() throws SQLException {
		return new SingleConnectionDataSource(this.primary.getPostgresDatabase().getConnection(), true);
	}

	private StartingReplica replica(String name) {
		String url = "jdbc:postgresql://localhost:%d,localhost:%d/postgres?targetServerType=primary"
			.formatted(this.primary.getPort(), this.standby.getPort());
		return StartingReplica.of(
				new String[] { "spring.datasource.url=" + url, "spring.datasource.username=postgres" },
				"startgate.replica-name=" + name, "spring.flyway.locations=filesystem:" + this.directory);
	}

	private static String script(int step) {
		return """
				update ledger set n = n + %d;
				select pg_advisory_xact_lock_shared(%d);
				update ledger set n = n + %d;
				""".formatted(step, (step == 1) ? 2 : 3, step);
	}

	private void write(String name, String text) throws IOException {
		Files.writeString(this.directory.resolve(name), text);
	}

}

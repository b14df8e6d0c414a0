package dev.startgate.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.startgate.StartupGate;
import dev.startgate.flyway.InterruptedMigrationException;
import dev.startgate.testing.PgBouncer;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Replicas behind a PgBouncer, which may lend one session to many of them.
 */
@EnabledIf("isInstalled")
@ExtendWith(OutputCaptureExtension.class)
class PoolerTests {

	private static final String WARNING = "does not keep sessions apart";

	private final PostgresDatabase database = PostgresDatabase.create();

	static boolean isInstalled() {
		return PgBouncer.program().isPresent();
	}

	@Test
	void withoutSessionsTheLeaseIsEnoughAndItIsSaidOnce(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		startReplicas(directory, "transaction");
		assertThat(output.getOut().split(WARNING, -1)).as("said once, by the holder").hasSize(2);
		assertThat(output.getOut()).contains("set 'spring.flyway.url'");
		assertThat(this.database.jdbc()
			.queryForObject("select count(*) from pg_locks where locktype = 'advisory'", Long.class))
			.as("nothing is left on a session of the pooler")
			.isZero();
	}

	@Test
	void withSessionsThereIsNothingToSay(@TempDir Path directory, CapturedOutput output) throws Exception {
		startReplicas(directory, "session");
		assertThat(output.getOut()).doesNotContain(WARNING);
	}

	/**
	 * The server does not see that the client of a session has vanished, and Startgate
	 * does not see the session.
	 */
	@Test
	void whatAPoolerLeavesRunningIsForAPersonAlsoWithoutThePooler(@TempDir Path directory) throws Exception {
		Path scripts = Files.createDirectory(directory.resolve("scripts"));
		Files.writeString(scripts.resolve("V1__index.sql"), """
				create table shelf (id int);
				create index concurrently stock_id on stock (id);
				""");
		String[] properties = { "startgate.replica-name=other", "startgate.lock.lease=12s",
				"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0",
				"spring.flyway.mixed=true", "spring.flyway.locations=filesystem:" + scripts };
		this.database.jdbc().execute("create table stock (id int)");
		try (PgBouncer pooler = PgBouncer.start(directory, this.database, "transaction");
				Connection writer = this.database.jdbc().getDataSource().getConnection()) {
			writer.setAutoCommit(false);
			writer.createStatement().execute("lock table stock in share mode");
			try (ReplicaProcess replica = ReplicaProcess.start(directory, TestApplication.class,
					Stream
						.concat(Stream.of(properties),
								Stream.of("spring.datasource.url=" + pooler.url(),
										"spring.datasource.username=postgres"))
						.toList())) {
				Awaitility.await()
					.failFast(() -> assertThat(replica.isAlive()).as(replica.log()).isTrue())
					.until(() -> sessionsThatIndex() == 1);
				replica.kill();
			}
			List<String> positions = new ArrayList<>();
			for (int start = 0; start < 2; start++) {
				assertThatExceptionOfType(RuntimeException.class)
					.isThrownBy(() -> TestApplication.start(this.database, properties))
					.havingRootCause()
					.isInstanceOfSatisfying(InterruptedMigrationException.class,
							(root) -> positions.addAll(root.getPositions()));
				assertThat(sessionsThatIndex()).isOne();
			}
			assertThat(positions).first()
				.asString()
				.isEqualTo(
						"It can't go on by itself: the sessions of replica 'other' can't be seen any more, because of "
								+ "a pooler, another server or a restart. Make sure that they have ended");
			writer.commit();
		}
	}

	private long sessionsThatIndex() {
		return this.database.sessions("state = 'active' and query like 'create index concurrently%'");
	}

	private void startReplicas(Path directory, String mode) throws IOException {
		try (PgBouncer pooler = PgBouncer.start(directory, this.database, mode)) {
			List<CompletableFuture<ConfigurableApplicationContext>> replicas = Stream.of("one", "two", "three")
				.map((name) -> CompletableFuture.supplyAsync(() -> start(pooler, name)))
				.toList();
			List<ConfigurableApplicationContext> started = replicas.stream().map(CompletableFuture::join).toList();
			assertThat(started).allMatch((replica) -> replica.getBean(StartupGate.class).isOpen());
			started.forEach(ConfigurableApplicationContext::close);
		}
		assertThat(this.database.history()).containsExactly("1", "2", "3");
		assertThat(this.database.jdbc()
			.queryForObject("select count(*) from startgate_record where kind = 'session'", Long.class)).isZero();
	}

	private ConfigurableApplicationContext start(PgBouncer pooler, String name) {
		return TestApplication.start(this.database, "spring.datasource.url=" + pooler.url(),
				"startgate.replica-name=" + name, "spring.flyway.locations=classpath:db/slow");
	}

}

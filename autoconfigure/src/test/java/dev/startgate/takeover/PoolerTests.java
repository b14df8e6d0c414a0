package dev.startgate.takeover;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.startgate.StartupGate;
import dev.startgate.testing.PgBouncer;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

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

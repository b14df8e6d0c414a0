package dev.startgate.lock;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.startgate.testing.PgBouncer;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A pooler is busy with other clients. Now and then two connections get different
 * sessions by chance.
 */
@EnabledIf("isInstalled")
class SessionExclusivityCheckTests {

	private static final int OTHERS = 6;

	private final PostgresDatabase database = PostgresDatabase.create();

	static boolean isInstalled() {
		return PgBouncer.program().isPresent();
	}

	@Test
	void sessionsThatAreLentAreNotTakenForTheirOwn(@TempDir Path directory) throws Exception {
		assertThat(proofs(directory, "transaction", 1000)).isZero();
		assertThat(this.database.jdbc()
			.queryForObject("select count(*) from pg_locks where locktype = 'advisory'", Long.class)).isZero();
	}

	@Test
	void sessionsThatAreKeptCountAsTheirOwn(@TempDir Path directory) throws Exception {
		assertThat(proofs(directory, "session", 20)).isEqualTo(20);
	}

	private long proofs(Path directory, String mode, int times) throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		try (PgBouncer pooler = PgBouncer.start(directory, this.database, mode)) {
			List<CompletableFuture<Void>> others = IntStream.range(0, OTHERS)
				.mapToObj((number) -> CompletableFuture.runAsync(() -> work(pooler, done)))
				.toList();
			try (Connection one = connect(pooler); Connection other = connect(pooler)) {
				long held = 0;
				for (int i = 0; i < times; i++) {
					held += new SessionExclusivityCheck(new PostgreSqlSessions(), "proof", () -> {
					}).holds(one, other) ? 1 : 0;
				}
				return held;
			}
			finally {
				done.set(true);
				others.forEach(CompletableFuture::join);
			}
		}
	}

	private static void work(PgBouncer pooler, AtomicBoolean done) {
		try (Connection connection = connect(pooler)) {
			connection.setAutoCommit(false);
			while (!done.get()) {
				connection.createStatement().execute("select 1");
				connection.commit();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Connection connect(PgBouncer pooler) throws SQLException {
		return DriverManager.getConnection(pooler.url(), "postgres", "");
	}

}

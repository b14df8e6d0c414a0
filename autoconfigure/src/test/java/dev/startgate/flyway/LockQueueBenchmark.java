package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.StartingReplica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A session has a transaction open on a table, a migration adds a column to it, and 20
 * clients read it: how long each of them waits at most. Not part of the build, and with a
 * real MySQL only if one is running at {@code MYSQL_URL}:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=LockQueueBenchmark -Dqueue.seconds=60
 * </pre>
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class LockQueueBenchmark {

	private static final int SECONDS = Integer.getInteger("queue.seconds", 15);

	private static final int READERS = 20;

	private final List<String> lines = new ArrayList<>();

	@TempDir
	private Path directory;

	@Test
	void measure() throws Exception {
		Files.writeString(this.directory.resolve("V2__add_note.sql"), "alter table parcel add column note int");
		for (String limit : new String[] { "0", "5s" }) {
			for (ScriptServer server : servers()) {
				measure(server, limit);
			}
		}
		System.out.println("| database | `startgate.ddl.lock-timeout` | attempts | longest wait of a reader |"
				+ " through after the end of the transaction | the pause it was in |");
		this.lines.forEach(System.out::println);
	}

	/**
	 * The transaction never ends.
	 */
	@Test
	void giveUp() throws Exception {
		Files.writeString(this.directory.resolve("V2__add_note.sql"), "alter table parcel add column note int");
		for (ScriptServer server : servers()) {
			DataSource dataSource = server.dataSource(server.create());
			new JdbcTemplate(dataSource).execute("create table parcel (id int primary key)");
			try (Connection blocker = block(dataSource);
					StartingReplica replica = start(dataSource, "startgate.ddl.give-up-after=20s")) {
				Throwable failure = replica.started().handle((started, ex) -> ex).get();
				FailureAnalysis analysis = FailureAnalyses.of(failure.getCause());
				System.out.println(server + ": " + analysis.getDescription() + "\n\n" + analysis.getAction());
			}
		}
	}

	private static List<ScriptServer> servers() {
		return Stream.of(ScriptServer.values())
			.filter((server) -> server != ScriptServer.MYSQL || System.getenv("MYSQL_URL") != null)
			.toList();
	}

	private void measure(ScriptServer server, String limit) throws Exception {
		DataSource dataSource = server.dataSource(server.create());
		new JdbcTemplate(dataSource).execute("create table parcel (id int primary key)");
		CompletableFuture<Void> end = new CompletableFuture<>();
		LongAccumulator longest = new LongAccumulator(Long::max, 0);
		CountDownLatch ended = new CountDownLatch(READERS);
		for (int i = 0; i < READERS; i++) {
			new Thread(() -> read(dataSource, end, longest, ended)).start();
		}
		try (Connection blocker = block(dataSource);
				StartingReplica replica = start(dataSource, "startgate.ddl.lock-timeout=" + limit)) {
			CompletableFuture<?> started = replica.started();
			CompletableFuture
				.runAsync(() -> blocked(blocker), CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS))
				.get();
			long over = System.nanoTime();
			long paused = count(replica, StartCounter.MILLISECOND_PAUSED);
			started.get();
			this.lines.add("| %s | `%s` | %d | %.1f s | %.1f s | %.1f s |".formatted(server, limit,
					count(replica, StartCounter.LOCK_MISSED) + 1, longest.get() / 1e9, (System.nanoTime() - over) / 1e9,
					(count(replica, StartCounter.MILLISECOND_PAUSED) - paused) / 1e3));
			System.out.println(this.lines.get(this.lines.size() - 1));
		}
		end.complete(null);
		ended.await();
	}

	private StartingReplica start(DataSource dataSource, String property) {
		DriverManagerDataSource known = (DriverManagerDataSource) dataSource;
		return StartingReplica.of(
				new String[] { "spring.datasource.url=" + known.getUrl(),
						"spring.datasource.username=" + known.getUsername() },
				"spring.flyway.locations=filesystem:" + this.directory, "spring.flyway.baseline-on-migrate=true",
				property);
	}

	private static long count(StartingReplica replica, StartCounter counter) {
		return ((Gate) replica.gate()).journal().entries().count(counter);
	}

	private static Connection block(DataSource dataSource) throws SQLException {
		Connection blocker = dataSource.getConnection();
		blocker.setAutoCommit(false);
		blocker.createStatement().execute("select * from parcel");
		return blocker;
	}

	private static void blocked(Connection blocker) {
		try {
			blocker.rollback();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void read(DataSource dataSource, CompletableFuture<Void> end, LongAccumulator longest,
			CountDownLatch ended) {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			while (!end.isDone()) {
				long began = System.nanoTime();
				statement.execute("select count(id) from parcel");
				longest.accumulate(System.nanoTime() - began);
				TimeUnit.MILLISECONDS.sleep(10);
			}
		}
		catch (SQLException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			ended.countDown();
		}
	}

}

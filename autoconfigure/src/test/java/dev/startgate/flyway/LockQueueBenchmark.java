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

import javax.sql.DataSource;

import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A session has a transaction open on a table, a migration adds a column to it, and 20
 * clients read it: how long each of them waits at most. Not part of the build:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=LockQueueBenchmark -Dqueue.seconds=15
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
			PostgresDatabase postgres = PostgresDatabase.create();
			measure("PostgreSQL", limit, postgres.properties(), postgres.dataSource());
			String url = MariaDbDatabase.create();
			measure("MariaDB", limit,
					new String[] { "spring.datasource.url=" + url, "spring.datasource.username=root" },
					new DriverManagerDataSource(url, "root", ""));
			String mysql = System.getProperty("queue.mysql");
			if (mysql != null) {
				new JdbcTemplate(new DriverManagerDataSource(mysql, "root", ""))
					.execute("create database queue_" + limit);
				measure("MySQL", limit,
						new String[] { "spring.datasource.url=" + mysql + "queue_" + limit,
								"spring.datasource.username=root" },
						new DriverManagerDataSource(mysql + "queue_" + limit, "root", ""));
			}
		}
		System.out.println("| database | `startgate.ddl.lock-timeout` | attempts | longest wait of a reader |"
				+ " through after the end of the transaction |");
		this.lines.forEach(System.out::println);
	}

	private void measure(String name, String limit, String[] database, DataSource dataSource) throws Exception {
		new JdbcTemplate(dataSource).execute("create table parcel (id int primary key)");
		CompletableFuture<Void> end = new CompletableFuture<>();
		LongAccumulator longest = new LongAccumulator(Long::max, 0);
		CountDownLatch ended = new CountDownLatch(READERS);
		for (int i = 0; i < READERS; i++) {
			new Thread(() -> read(dataSource, end, longest, ended)).start();
		}
		try (Connection blocker = dataSource.getConnection()) {
			blocker.setAutoCommit(false);
			blocker.createStatement().execute("select * from parcel");
			try (StartingReplica replica = StartingReplica.of(database,
					"spring.flyway.locations=filesystem:" + this.directory, "spring.flyway.baseline-on-migrate=true",
					"startgate.ddl.lock-timeout=" + limit)) {
				CompletableFuture<?> started = replica.started();
				CompletableFuture
					.runAsync(() -> blocked(blocker), CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS))
					.get();
				long over = System.nanoTime();
				started.get();
				long missed = ((Gate) replica.gate()).journal().entries().count(StartCounter.LOCK_MISSED);
				this.lines.add("| %s | `%s` | %d | %.1f s | %.1f s |".formatted(name, limit, missed + 1,
						longest.get() / 1e9, (System.nanoTime() - over) / 1e9));
				System.out.println(this.lines.get(this.lines.size() - 1));
			}
		}
		end.complete(null);
		ended.await();
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

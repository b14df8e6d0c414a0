package dev.startgate.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.awaitility.Awaitility;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A hand-over: one replica migrates while many wait, and then it releases the lock.
 *
 * @param waitingFrom when the counting of statements and transactions began, in
 * milliseconds since the epoch
 * @param waitingTo when that counting ended
 * @param transactions how often a waiting replica was seen in a transaction
 * @param goingOn from the release until the last waiting replica went on
 * @param completed from the release until the last waiting replica got its event
 */
record HandOver(long waitingFrom, long waitingTo, int transactions, Duration goingOn, Duration completed) {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	static HandOver run(String url, DataSource dataSource, int waiters, Duration window) throws Exception {
		GateTimes.clear();
		V1__Migrate_until_told.prepare();
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		ExecutorService threads = Executors.newFixedThreadPool(waiters + 1);
		List<Future<ConfigurableApplicationContext>> contexts = new ArrayList<>();
		try {
			contexts.add(threads.submit(() -> WaitingReplica.start("holder", url)));
			Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> isHeld(jdbc));
			List<String> names = IntStream.rangeClosed(1, waiters).mapToObj((number) -> "waiter-" + number).toList();
			names.forEach((name) -> contexts.add(threads.submit(() -> WaitingReplica.start(name, url))));
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> names.stream().allMatch((name) -> GateTimes.of(name).isWaiting()));
			// by then the pauses between polls have their full length
			Thread.sleep(2000);
			long from = System.currentTimeMillis();
			int transactions = watchTransactions(jdbc, window);
			long to = System.currentTimeMillis();
			V1__Migrate_until_told.tell();
			long released = awaitRelease(jdbc);
			for (Future<ConfigurableApplicationContext> context : contexts) {
				context.get();
			}
			return new HandOver(from, to, transactions,
					Duration.ofMillis(names.stream().mapToLong((name) -> GateTimes.of(name).goingOn()).max().orElse(0)
							- released),
					Duration
						.ofMillis(names.stream().mapToLong((name) -> GateTimes.of(name).completedAt()).max().orElse(0)
								- released));
		}
		finally {
			V1__Migrate_until_told.tell();
			for (Future<ConfigurableApplicationContext> context : contexts) {
				context.get().close();
			}
			threads.shutdown();
		}
	}

	private static long awaitRelease(JdbcTemplate jdbc) throws InterruptedException {
		while (isHeld(jdbc)) {
			Thread.sleep(1);
		}
		return System.currentTimeMillis();
	}

	private static boolean isHeld(JdbcTemplate jdbc) {
		return Objects.requireNonNull(jdbc.queryForObject(
				"select count(*) from startgate_lock"
						+ " where locked_by like 'holder#%' and lock_until > timezone('utc', clock_timestamp())",
				Integer.class)) > 0;
	}

	private static int watchTransactions(JdbcTemplate jdbc, Duration window) throws InterruptedException {
		long end = System.nanoTime() + window.toNanos();
		int seen = 0;
		while (System.nanoTime() < end) {
			seen += Objects.requireNonNull(jdbc.queryForObject(
					"select count(*) from pg_stat_activity"
							+ " where application_name like 'waiter-%' and state like 'idle in transaction%'",
					Integer.class));
			Thread.sleep(10);
		}
		return seen;
	}

}

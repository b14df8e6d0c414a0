package dev.startgate.incident;

import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.PostgresDatabase;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A stand-in for an engine that answers at once when it gets metadata. After that it
 * works in the background for a random time. At a random moment of that time it ends all
 * sessions of the database.
 */
final class Engine {

	private static final String DROP = "select count(pg_terminate_backend(pid)) from pg_stat_activity"
			+ " where datname = current_database() and pid <> pg_backend_pid()";

	private static final ScheduledExecutorService BACKGROUND = Executors.newScheduledThreadPool(16, (task) -> {
		Thread thread = new Thread(task, "engine");
		thread.setDaemon(true);
		return thread;
	});

	private final JdbcTemplate jdbc;

	private final long work;

	private final long drop;

	private int applied;

	private boolean inFlight;

	private Instant settledAt = Instant.MAX;

	private long dropped;

	Engine(PostgresDatabase database, Random random, long longestWork) {
		this.jdbc = database.jdbc();
		this.work = random.nextLong(longestWork);
		this.drop = random.nextLong(this.work + 1);
	}

	synchronized void apply() {
		this.applied++;
		this.inFlight = true;
		BACKGROUND.schedule(this::drop, this.drop, TimeUnit.MILLISECONDS);
		BACKGROUND.schedule(this::settle, this.work, TimeUnit.MILLISECONDS);
	}

	synchronized void applyOnce() {
		if (this.applied == 0) {
			apply();
		}
	}

	private synchronized void drop() {
		this.dropped = this.jdbc.queryForObject(DROP, Long.class);
	}

	private synchronized void settle() {
		this.inFlight = false;
		this.settledAt = Instant.now();
	}

	/**
	 * Return whether the metadata is unsettled: not applied yet, or being worked on.
	 */
	synchronized boolean isUnsettled() {
		return this.applied == 0 || this.inFlight;
	}

	synchronized int applied() {
		return this.applied;
	}

	synchronized Instant settledAt() {
		return this.settledAt;
	}

	synchronized long dropped() {
		return this.dropped;
	}

	long work() {
		return this.work;
	}

}

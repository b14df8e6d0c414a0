package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.LeaseListener;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.testing.Schedule;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real lease. Each of its uses of the database, the time and the listener is a step.
 * The database has the tables in memory, and can end sessions. One session works under
 * the lease. Time passes, and timers end, when a test says so.
 */
final class SteppedLease implements AutoCloseable, LeaseListener, Time {

	static final Duration LENGTH = Duration.ofHours(1);

	private final Schedule schedule;

	private final SteppedDatabase database;

	private final JdbcTemplate jdbc;

	private final StartExecutors threads = new StartExecutors();

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicLong now = new AtomicLong();

	private final AtomicInteger losses = new AtomicInteger();

	private final JdbcLock lock;

	private final Lease lease;

	private final Connection work;

	SteppedLease(Schedule schedule) throws Exception {
		this.schedule = schedule;
		this.database = new SteppedDatabase(schedule);
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(this.database.url()));
		ScheduledThreadPoolExecutor timers = (ScheduledThreadPoolExecutor) this.threads.timers();
		timers.setCorePoolSize(1);
		CountDownLatch busy = new CountDownLatch(1);
		timers.submit(() -> {
			busy.countDown();
			this.end.await();
			return true;
		});
		busy.await();
		LockSettings settings = new LockSettings("one", LENGTH, "a lock", "startgate_", null, true, false, false);
		LockSession session = LockSession.of(this.database, null, LENGTH);
		ProtectedSchema target = new ProtectedSchema(this.database, null, null, "history", ProtectedSchema.NOTHING);
		LockTables tables = LockTables.of(settings, target, this.database, session.getConnection());
		LockTableCreator creation = new LockTableCreator(this.database, tables, target, true, (delay) -> {
		});
		this.lock = new JdbcLock(settings, session, this.database,
				new LeaseTable(settings, session, this.database, tables, creation, this), this, this.threads, this);
		this.lease = this.lock.tryAcquire().orElseThrow();
		assertThat(this.lease.clear()).isEmpty();
		assertThat(this.lease.sessions().isExclusive()).isTrue();
		this.work = this.database.getConnection();
		this.lease.sessions().guard(this.work);
		this.jdbc.execute("create table done (at int)");
	}

	void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

	/** Return the timer that hands over to the renewal, or to the watch. */
	Callable<?> timer(int index) {
		Runnable task = ((ScheduledThreadPoolExecutor) this.threads.timers()).getQueue()
			.stream()
			.sorted()
			.toList()
			.get(index);
		return Executors.callable(task);
	}

	/** Work until it is done, or stopped. */
	Void work() {
		try {
			for (int i = 0; i < 2; i++) {
				this.lease.ensureHeld();
				try (Statement statement = this.work.createStatement()) {
					statement.execute("insert into done values (1)");
					assertThat(isHeld()).as("it has the lock while it works").isTrue();
				}
			}
		}
		catch (SQLException | LeaseLostException ex) {
			// stopped
		}
		this.lease.sessions().unguard(this.work);
		return null;
	}

	SteppedDatabase database() {
		return this.database;
	}

	Lease lease() {
		return this.lease;
	}

	/** Return how often the lease reported its loss. */
	int losses() {
		return this.losses.get();
	}

	/** Take the lease away from this replica. */
	void steal() {
		this.jdbc.update("update \"startgate_lock\" set locked_by = 'thief'");
	}

	/** Return whether the database still knows the lease as held by this replica. */
	boolean isHeld() {
		return 1 == this.jdbc
			.queryForObject("select count(*) from \"startgate_lock\" where locked_by like 'one#%' and lock_until > "
					+ this.database.now(), Integer.class);
	}

	@Override
	public long nanoTime() {
		this.schedule.step("sees the time");
		return this.now.get();
	}

	@Override
	public Instant instant() {
		return Instant.now();
	}

	@Override
	public void lost() {
		this.schedule.step("tells of the loss");
		this.losses.incrementAndGet();
	}

	@Override
	public void renewed(Holder holder) {
		this.schedule.step("tells of the renewal");
	}

	@Override
	public void renewalFailed() {
		this.schedule.step("tells of a failure");
	}

	@Override
	public void tookOver() {
	}

	@Override
	public void close() {
		this.end.countDown();
		this.threads.close();
		this.lock.close();
		this.jdbc.execute("shutdown");
	}

}

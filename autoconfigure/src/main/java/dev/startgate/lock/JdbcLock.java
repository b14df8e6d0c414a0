package dev.startgate.lock;

import java.util.Optional;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.Lease;
import dev.startgate.gate.Lock;
import dev.startgate.gate.Threads;
import dev.startgate.gate.Time;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock in the database of the protected schema.
 */
final class JdbcLock implements Lock {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLock.class);

	private static final View NOBODY = new View(null, null);

	private final LockSettings settings;

	private final LeaseConnection connection;

	private final LockDatabase database;

	private final LockRows rows;

	private final Time time;

	private final Threads threads;

	private @Nullable View held;

	private long heldAt;

	JdbcLock(LockSettings settings, LeaseConnection connection, LockDatabase database, LockRows rows, Time time,
			Threads threads) {
		this.settings = settings;
		this.connection = connection;
		this.database = database;
		this.rows = rows;
		this.time = time;
		this.threads = threads;
	}

	@Override
	public String name() {
		return this.rows.lockName();
	}

	/**
	 * A holder whose work cleans the schema makes a new lock with the same generation. It
	 * is still the holder in between, for no longer than its lease.
	 */
	@Override
	public View look() {
		View view = lookAtWhatIsThere();
		if (view.holder() != null) {
			this.held = view;
			this.heldAt = this.time.nanoTime();
			return view;
		}
		return (this.held != null && hasVanished(this.held)) ? this.held : view;
	}

	private View lookAtWhatIsThere() {
		try {
			return this.rows.look();
		}
		catch (LockFailedException ex) {
			return (this.rows.generation() > 0) ? this.rows.look() : NOBODY;
		}
	}

	private boolean hasVanished(View last) {
		return last.holder() != null && this.time.since(this.heldAt).compareTo(this.settings.lease()) < 0
				&& this.rows.generation() < last.holder().generation();
	}

	@Override
	public Optional<Lease> tryAcquire() {
		this.rows.ensureTables();
		Token token = Token.next(this.settings.replica());
		long asked = this.time.nanoTime();
		Optional<SimpleLock> acquired = this.rows.tryAcquire(token);
		if (acquired.isEmpty()) {
			return Optional.empty();
		}
		try {
			return this.rows.countUp(token).map((generation) -> lease(token, generation, acquired.get(), asked));
		}
		catch (RuntimeException ex) {
			release(acquired.get());
			throw ex;
		}
	}

	/**
	 * Nobody is to wait for a lease that is not used.
	 */
	private void release(SimpleLock acquired) {
		try {
			this.rows.ensureConnected();
			acquired.unlock();
		}
		catch (RuntimeException ex) {
			logger.info("Leaving the lease on '{}' to run out by itself: {}", name(), ex.getMessage());
		}
	}

	private Lease lease(Token token, long generation, SimpleLock lock, long asked) {
		Holder holder = new Holder(this.settings.replica(), generation, this.time.instant(), this.time.instant());
		JdbcLease lease = new JdbcLease(this.rows, token, holder, lock,
				new GuardedSessions(this.database, this.connection), this.threads);
		lease.keep(new LeaseClock(this.time, this.settings.lease(), asked), this.connection::discard);
		return lease;
	}

	@Override
	public void close() {
		this.connection.close();
	}

}

package dev.startgate.lock;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.LockFactory;
import dev.startgate.gate.LeaseListener;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.lock.HolderLiveness.Verdict;
import dev.startgate.sql.DatabaseCondition;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock in the database of the protected schema.
 */
final class JdbcLock implements Lock {

	private static final Logger logger = LoggerFactory.getLogger(JdbcLock.class);

	private final LockSettings settings;

	private final LockSession connection;

	private final LockDatabase database;

	private final LeaseTable rows;

	private final Time time;

	private final StartExecutors threads;

	private final LeaseListener listener;

	private final @Nullable HolderLiveness watch;

	private final @Nullable ReleaseSubscription news;

	/** Each attempt's lease by token, empty unless the attempt is known to have won. */
	private final Map<String, Optional<HeldRows>> own = new ConcurrentHashMap<>();

	private @Nullable View held;

	private long heldAt;

	/** Whether the last look has seen a holder whose release can be learned. */
	private boolean listens;

	JdbcLock(LockSettings settings, LockSession connection, LockDatabase database, LeaseTable rows, Time time,
			StartExecutors threads, LeaseListener listener) {
		this.settings = settings;
		this.connection = connection;
		this.database = database;
		this.rows = rows;
		this.time = time;
		this.threads = threads;
		this.listener = listener;
		Sessions sessions = database.sessions();
		this.watch = (sessions != null && !settings.readOnly()) ? new HolderLiveness(rows, sessions, time) : null;
		this.news = (database.releases() != null) ? new ReleaseSubscription(rows, database.releases()) : null;
	}

	@Override
	public String name() {
		return this.rows.lockName();
	}

	/**
	 * A holder whose work cleans the schema creates the lock again with the same
	 * generation. Until then it still counts as the holder, for no longer than its lease.
	 * This does not apply to a holder that has not counted: it does not work yet.
	 */
	@Override
	public View look() {
		this.listens = false;
		LockObservation seen = lookAtWhatIsThere();
		if (seen.view().holder() != null && isOver(seen)) {
			logger.debug("The earlier lease of this replica on '{}' is over", name());
			return expired(seen);
		}
		if (seen.view().holder() != null) {
			this.held = seen.counted() ? seen.view() : null;
			this.heldAt = this.time.nanoTime();
			this.listens = this.news != null && this.news.listen(seen);
			return judge(seen);
		}
		return (this.held != null && hasVanished(this.held, seen.generation())) ? this.held : seen.view();
	}

	@Override
	public boolean isListening() {
		return this.listens && this.news != null && this.news.isListening();
	}

	@Override
	public boolean awaitRelease(Duration atMost) {
		return this.news == null || this.news.await(atMost);
	}

	private LockObservation lookAtWhatIsThere() {
		try {
			return (this.settings.readOnly() && !this.rows.areThere()) ? LockObservation.NOTHING : this.rows.look();
		}
		catch (LockFailedException ex) {
			if (this.settings.readOnly() && DatabaseCondition.MISSING_RIGHT.isIn(ex)) {
				throw ex;
			}
			return (this.rows.generation() > 0) ? this.rows.look() : LockObservation.NOTHING;
		}
	}

	private boolean hasVanished(View last, long generation) {
		return last.holder() != null && generation < last.holder().generation()
				&& this.time.since(this.heldAt).compareTo(this.settings.lease()) < 0
				&& this.rows.generation() < last.holder().generation();
	}

	/**
	 * Return whether this object got the lease and could not release it, or never learned
	 * that it got it. The lease is not over if its sessions can't be seen from here: they
	 * may still work.
	 */
	private boolean isOver(LockObservation seen) {
		Optional<HeldRows> lease = this.own.get(seen.token());
		Sessions sessions = this.database.sessions();
		if (lease == null || lease.isEmpty() || sessions == null) {
			return lease != null && lease.isEmpty();
		}
		return lease.get().isClosed() && lease.get().isSessionExclusive() && seen.seen()
				&& this.rows.call("look where this replica has worked", (session) -> {
					String server = sessions.of(session).server();
					return seen.sessions().stream().allMatch((one) -> one.isOf(server));
				});
	}

	private View expired(LockObservation seen) {
		this.rows.row().expire(seen.token());
		this.held = null;
		return View.NOBODY;
	}

	private View judge(LockObservation seen) {
		Verdict verdict = (this.watch != null) ? this.watch.judge(seen) : Verdict.ALIVE;
		return switch (verdict) {
			case ALIVE -> seen.view();
			case SUSPECT -> new View(seen.view().holder(), seen.view().progress(), true);
			case GONE -> {
				logger.info(
						"Replica '{}' has vanished: none of its sessions is left in the database. "
								+ "Its lease on '{}' is not waited for",
						AcquisitionToken.replicaOf(seen.token()), name());
				yield expired(seen);
			}
		};
	}

	@Override
	public Optional<Lease> tryAcquire() {
		if (this.settings.readOnly()) {
			throw new IllegalStateException("This lock is only looked at");
		}
		this.rows.ensureTables();
		AcquisitionToken token = AcquisitionToken.next(this.settings.replica());
		if (this.database.sessions() != null) {
			Optional<String> expired = this.rows.row().locked();
			if (expired.isPresent()) {
				earlier(this.database.sessions(), token).clear(expired.get());
				return Optional.empty();
			}
		}
		long asked = this.time.nanoTime();
		this.own.put(token.toString(), Optional.empty());
		return this.rows.tryAcquire(token).map((acquired) -> lease(token, acquired, asked));
	}

	private PredecessorSessions earlier(Sessions sessions, AcquisitionToken token) {
		return new PredecessorSessions(this.rows, sessions, token, this.settings.terminate(), this.time,
				this.listener::tookOver);
	}

	private Lease lease(AcquisitionToken token, SimpleLock acquired, long asked) {
		Sessions sessions = this.database.sessions();
		HolderSessions marks = (sessions != null)
				? new HolderSessions(this.rows, sessions, this.database.releases(), token) : null;
		PredecessorSessions earlier = (sessions != null) ? earlier(sessions, token) : null;
		Holder holder = new Holder(this.settings.replica(), 0, this.time.instant(), this.time.instant());
		HeldRows held = new HeldRows(this.rows, new Fence(this.rows, this.database), token, holder, acquired, marks,
				earlier, this.threads);
		this.own.put(token.toString(), Optional.of(held));
		GuardedSessions guarded = new GuardedSessions(sessions, this.connection, held);
		JdbcLease lease = new JdbcLease(held, name(), this.settings.name() != null, guarded, this.threads,
				this.listener);
		lease.keep(new LeaseClock(this.time, this.settings.lease(), asked), () -> {
			this.listener.renewed(held.holder());
			guarded.lookWhatBlocks();
		}, this.listener::renewalFailed);
		try {
			held.begin(lease::renewIfDue);
			return lease;
		}
		catch (RuntimeException ex) {
			lease.close();
			throw ex;
		}
	}

	@Override
	public List<HolderNote> read(HolderNote.Kind kind) {
		return (this.settings.readOnly() && !this.rows.areThere()) ? List.of() : this.rows.notes(() -> {
			throw new IllegalStateException("Only a holder writes notes");
		}, (session) -> false).read(kind);
	}

	@Override
	public void lend(LockFactory.Use use) {
		this.rows.call("ask something at the lock", (session) -> {
			ConnectionSettings.limitWaiting(session, Duration.ZERO);
			session.setAutoCommit(false);
			try {
				use.on(session);
			}
			finally {
				session.rollback();
				session.setAutoCommit(true);
				ConnectionSettings.limitWaiting(session, this.settings.renewal());
			}
			return true;
		});
	}

	@Override
	public void close() {
		if (this.news != null) {
			this.news.close();
		}
		this.connection.close();
	}

}

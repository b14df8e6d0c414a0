package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.LockFactory.Use;
import dev.startgate.gate.StartExecutors;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a lock while one holder has it. Several threads use them on one connection,
 * one thread at a time.
 */
final class HeldRows {

	private static final Logger logger = LoggerFactory.getLogger(HeldRows.class);

	private final LeaseTable rows;

	private final Fence fence;

	private final AcquisitionToken token;

	private final @Nullable HolderSessions marks;

	private final @Nullable PredecessorSessions earlier;

	private final StartExecutors threads;

	private final AtomicReference<@Nullable Progress> unsaid = new AtomicReference<>();

	private SimpleLock lock;

	private volatile Holder holder;

	private boolean counted;

	private boolean cleared;

	private volatile boolean closed;

	HeldRows(LeaseTable rows, Fence fence, AcquisitionToken token, Holder holder, SimpleLock lock,
			@Nullable HolderSessions marks, @Nullable PredecessorSessions earlier, StartExecutors threads) {
		this.rows = rows;
		this.fence = fence;
		this.token = token;
		this.holder = holder;
		this.lock = lock;
		this.marks = marks;
		this.earlier = earlier;
		this.threads = threads;
	}

	/**
	 * Show others that this holder is alive.
	 * @param renewal renews the lease if that is due. Only this thread can do so
	 * meanwhile, because it uses the connection
	 */
	synchronized void begin(Runnable renewal) {
		if (this.marks != null) {
			this.marks.begin(renewal);
		}
	}

	Holder holder() {
		return this.holder;
	}

	boolean isSessionExclusive() {
		return this.marks != null && this.marks.isExclusive();
	}

	boolean arePredecessorsGone(long since) {
		return isSessionExclusive() && this.earlier != null && !this.earlier.areUnseen(since);
	}

	synchronized boolean extend(Duration length) {
		if (this.closed) {
			return false;
		}
		this.rows.ensureConnected();
		Optional<SimpleLock> extended = this.rows.alone(() -> this.lock.extend(length, Duration.ZERO));
		this.lock = extended.orElse(this.lock);
		this.holder = extended.isPresent() ? this.rows.renewed(this.holder) : this.holder;
		return extended.isPresent();
	}

	synchronized boolean mark() {
		return this.marks == null || this.closed || this.marks.refresh();
	}

	/**
	 * Clear away earlier holders, count up the generation, then look for earlier holders
	 * once more. After the first look one of them may have recorded a session, and still
	 * have read the former generation.
	 */
	synchronized List<Unsettled> clear() {
		if (this.cleared) {
			return List.of();
		}
		List<Unsettled> left = (this.earlier != null) ? this.earlier.clear(isSessionExclusive()) : List.of();
		if (left.isEmpty() && !this.counted) {
			left = countUp();
			return (left.isEmpty() && this.earlier != null) ? clear() : left;
		}
		this.cleared = left.isEmpty();
		return left;
	}

	private List<Unsettled> countUp() {
		if (this.marks != null && !this.marks.tryLock()) {
			return List.of(of("the lock of another session", "which is about to end"));
		}
		Optional<Long> generation = this.fence.countUp(this.token);
		if (generation.isEmpty()) {
			return List.of(of("the transaction of an earlier holder", "which is not over yet"));
		}
		if (this.marks != null) {
			this.marks.counted(generation.get());
		}
		this.counted = true;
		this.holder = new Holder(this.holder.replica(), generation.get(), this.holder.since(), this.holder.renewed());
		return List.of();
	}

	private Unsettled of(String name, String answer) {
		return new Unsettled(name, this.holder.since(), answer);
	}

	/**
	 * Return the generation of another holder who has begun, empty if none has.
	 */
	Optional<Long> findNextGeneration(Connection work) throws SQLException {
		return this.fence.findAnother(work, this.token, this.holder.generation());
	}

	synchronized void add(DatabaseSession work) {
		if (this.marks != null) {
			this.marks.add(work);
		}
	}

	synchronized void remove(DatabaseSession work) {
		if (this.marks != null && !this.closed) {
			this.marks.remove(work);
		}
	}

	NoteTable notes() {
		return this.rows.notes(this::holder, (session) -> findNextGeneration(session).isEmpty());
	}

	synchronized void ask(Use use) {
		this.rows.call("ask something on the connection of the lock", (session) -> {
			use.on(session);
			return true;
		});
	}

	/**
	 * Tell the waiting replicas of the progress. Only the latest progress matters: while
	 * the connection hangs, no more than one thread waits for it here.
	 */
	void report(Progress progress) {
		if (this.unsaid.getAndSet(progress) == null) {
			try {
				this.threads.workers().execute(this::note);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The application is ending", ex);
			}
		}
	}

	private synchronized void note() {
		Progress progress = Objects.requireNonNull(this.unsaid.getAndSet(null));
		if (!this.closed) {
			try {
				this.rows.note(this.token, progress);
			}
			catch (RuntimeException ex) {
				logger.debug("The waiting replicas do not see the progress", ex);
			}
		}
	}

	synchronized void restore() {
		this.fence.restore(this.token, this.holder.generation()).ifPresent((again) -> {
			this.lock = again;
			if (this.marks != null) {
				this.marks.restore();
			}
		});
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Renew nothing from now on. This waits for no other thread.
	 */
	void close() {
		this.closed = true;
	}

	/**
	 * Close, and release the lease.
	 * @throws RuntimeException if the lease could not be released, and runs out by itself
	 */
	void release() {
		close();
		releaseNow();
	}

	private synchronized void releaseNow() {
		this.rows.ensureConnected();
		if (this.marks != null) {
			this.marks.end();
		}
		if (this.earlier != null) {
			this.earlier.end();
		}
		this.rows.alone(() -> {
			this.lock.unlock();
			return true;
		});
		if (this.marks != null) {
			this.marks.tell();
		}
	}

}

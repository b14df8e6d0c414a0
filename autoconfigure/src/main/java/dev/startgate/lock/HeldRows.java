package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.gate.LockSource.Use;
import dev.startgate.gate.Note;
import dev.startgate.gate.Note.Kind;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a lock in the hands of one holder. Several threads use them, on one
 * connection: one at a time.
 */
final class HeldRows {

	private static final Logger logger = LoggerFactory.getLogger(HeldRows.class);

	private final LockRows rows;

	private final Fence fence;

	private final Token token;

	private final @Nullable Marks marks;

	private final @Nullable EarlierHolders earlier;

	private SimpleLock lock;

	private volatile Holder holder;

	private boolean counted;

	private volatile boolean closed;

	HeldRows(LockRows rows, Fence fence, Token token, Holder holder, SimpleLock lock, @Nullable Marks marks,
			@Nullable EarlierHolders earlier) {
		this.rows = rows;
		this.fence = fence;
		this.token = token;
		this.holder = holder;
		this.lock = lock;
		this.marks = marks;
		this.earlier = earlier;
	}

	synchronized void begin() {
		if (this.marks != null) {
			this.marks.begin();
		}
	}

	Holder holder() {
		return this.holder;
	}

	boolean isSessionExclusive() {
		return this.marks != null && this.marks.isExclusive();
	}

	synchronized boolean extend(Duration length) {
		if (this.closed) {
			return false;
		}
		this.rows.ensureConnected();
		Optional<SimpleLock> extended = this.lock.extend(length, Duration.ZERO);
		this.lock = extended.orElse(this.lock);
		this.holder = extended.isPresent() ? this.rows.renewed(this.holder) : this.holder;
		return extended.isPresent();
	}

	synchronized boolean mark() {
		return this.marks == null || this.closed || this.marks.refresh();
	}

	/** Do away with earlier holders, then count up. */
	synchronized List<Unsettled> clear() {
		if (this.counted) {
			return List.of();
		}
		List<Unsettled> left = (this.earlier != null) ? this.earlier.clear(isSessionExclusive()) : List.of();
		if (!left.isEmpty()) {
			return left;
		}
		if (this.marks != null && !this.marks.tryLock()) {
			return List.of(of("the lock of another session", "which is about to end"));
		}
		Optional<Long> generation = this.fence.countUp(this.token);
		if (generation.isEmpty()) {
			return List.of(of("the transaction of an earlier holder", "which is not over yet"));
		}
		this.counted = true;
		this.holder = new Holder(this.holder.replica(), generation.get(), this.holder.since(), this.holder.renewed());
		return List.of();
	}

	private Unsettled of(String name, String answer) {
		return new Unsettled(name, this.holder.since(), answer);
	}

	long generation(Connection work) throws SQLException {
		return this.fence.read(work);
	}

	synchronized void add(Session work) {
		if (this.marks != null) {
			this.marks.add(work);
		}
	}

	synchronized void remove(Session work) {
		if (this.marks != null && !this.closed) {
			this.marks.remove(work);
		}
	}

	synchronized void write(Kind kind, String item, String detail) {
		this.rows.notes().write(kind, item, detail, this.holder);
	}

	void write(Connection work, Kind kind, String item, String detail) throws SQLException {
		this.rows.notes().write(work, kind, item, detail, this.holder);
	}

	synchronized void erase(Kind kind, String item) {
		this.rows.notes().erase(kind, item);
	}

	synchronized List<Note> read(Kind kind) {
		return this.rows.notes().read(kind);
	}

	synchronized void ask(Use use) {
		this.rows.call("ask something on the connection of the lock", (session) -> {
			use.on(session);
			return true;
		});
	}

	synchronized void note(Supplier<Progress> latest) {
		Progress progress = latest.get();
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

	/**
	 * Nothing is renewed from now on. Waits for nobody.
	 */
	void close() {
		this.closed = true;
	}

	/**
	 * Close, and release.
	 * @throws RuntimeException if it could not be released, and runs out by itself
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
		this.lock.unlock();
		if (this.marks != null) {
			this.marks.tell();
		}
	}

}

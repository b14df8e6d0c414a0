package dev.startgate.coordination;

import java.time.Duration;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes the lock for a replica that never takes it, as far as it can be read.
 */
final class ObservedLock implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ObservedLock.class);

	private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

	private static final Duration READ_AGAIN = Duration.ofSeconds(10);

	/** Between two sections of one start nobody has the lock for a moment. */
	private static final Duration NOBODY_FOR_LONG = Duration.ofSeconds(10);

	private final Supplier<Lock> locks;

	private final Time time;

	private @Nullable Lock lock;

	private Lock.View view = Lock.View.NOBODY;

	private @Nullable Holder lastHolder;

	private @Nullable Long failedAt;

	private @Nullable Long nobodySince;

	private @Nullable Long readAt;

	private @Nullable String trouble;

	ObservedLock(Supplier<Lock> locks, Time time) {
		this.locks = locks;
		this.time = time;
	}

	@Nullable Lock lock() {
		return this.lock;
	}

	@Nullable Holder lastHolder() {
		return this.lastHolder;
	}

	/**
	 * Look who has the lock. If that fails, for example because this replica may not read
	 * the tables, it is tried again later.
	 */
	Lock.View look() {
		if (this.failedAt != null && this.time.since(this.failedAt).compareTo(TRY_AGAIN) < 0) {
			return Lock.View.NOBODY;
		}
		try {
			Lock opened = (this.lock != null) ? this.lock : this.locks.get();
			this.lock = opened;
			saw(opened, opened.look());
		}
		catch (DatabaseUnreachableException ex) {
			unseen();
		}
		catch (RuntimeException ex) {
			if (this.failedAt == null) {
				logger.info("Who has the lock can't be seen: {}", ex.getMessage());
			}
			this.failedAt = this.time.nanoTime();
			unseen();
		}
		return this.view;
	}

	/**
	 * Read the notes only if the holder has changed or some time has passed, because each
	 * read costs a statement.
	 */
	private void saw(Lock opened, Lock.View seen) {
		boolean other = generation(seen.holder()) != generation(this.view.holder());
		this.view = seen;
		if (seen.holder() != null) {
			this.lastHolder = seen.holder();
			this.nobodySince = null;
		}
		else if (this.nobodySince == null) {
			this.nobodySince = this.time.nanoTime();
		}
		if (other || this.readAt == null || this.time.since(this.readAt).compareTo(READ_AGAIN) >= 0) {
			this.readAt = this.time.nanoTime();
			this.trouble = FailureNotice.describe(opened.read(HolderNote.Kind.TROUBLE));
		}
	}

	private static long generation(@Nullable Holder holder) {
		return (holder != null) ? holder.generation() : -1;
	}

	/**
	 * Say why the work may never be done.
	 * @return the end of a sentence, which may be empty
	 */
	String concern() {
		if (this.trouble != null) {
			return "; " + this.trouble;
		}
		boolean nobody = this.nobodySince != null && this.time.since(this.nobodySince).compareTo(NOBODY_FOR_LONG) >= 0;
		return nobody ? "; no replica has the lock, so perhaps none that migrates is running" : "";
	}

	private void unseen() {
		this.view = Lock.View.NOBODY;
		this.nobodySince = null;
		this.readAt = null;
		this.trouble = null;
		close();
	}

	@Override
	public void close() {
		if (this.lock != null) {
			this.lock.close();
			this.lock = null;
		}
	}

}

package dev.startgate.gate;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until others have done the work, without end and without the lock. Whatever the
 * database says meanwhile is an answer: not yet.
 */
public final class FollowingSection implements Section {

	private static final Logger logger = LoggerFactory.getLogger(FollowingSection.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(500);

	private static final Duration LONGEST_DELAY = Duration.ofMillis(2000);

	private static final Duration SAY_AGAIN = Duration.ofSeconds(30);

	private final Gate gate;

	private final Time time;

	private final ListeningPause pause;

	private final @Nullable Duration maxWait;

	/**
	 * Create a new section, which may be run several times.
	 * @param gate the gate that shows what is waited for
	 * @param time the time
	 * @param pause the pause between two looks
	 * @param maxWait how long to wait, {@code null} for no limit
	 */
	public FollowingSection(Gate gate, Time time, Pause pause, @Nullable Duration maxWait) {
		this.gate = gate;
		this.time = time;
		this.pause = new ListeningPause(pause);
		this.maxWait = maxWait;
	}

	@Override
	public Outcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add();
		try (shutdown; Following following = new Following(locks); Timing timing = this.gate.begin("wait for others")) {
			long began = this.time.nanoTime();
			Instant since = this.time.instant();
			Backoff backoff = new Backoff(FIRST_DELAY, LONGEST_DELAY, ThreadLocalRandom.current()::nextDouble);
			String reason = null;
			Long said = null;
			while (true) {
				String before = reason;
				reason = look(work, reason);
				if (reason == null) {
					return concluded(work, before, began, following);
				}
				this.gate.moveTo(GateState.WAITING);
				Lock.View view = following.look(this.time);
				this.gate.show(view.holder(), view.progress());
				this.gate.show(List.of(new Unsettled(work.name(), since, reason)));
				if (!reason.equals(before) || said == null || this.time.since(said).compareTo(SAY_AGAIN) >= 0) {
					said = this.time.nanoTime();
					logger.info("Waiting for others to do the {}: {}{}", work.name(), reason, Waiting.describe(view));
				}
				if (this.maxWait != null && this.time.since(began).compareTo(this.maxWait) >= 0) {
					throw LockWaitExceededException.forWork(work.name(), reason, view.holder(), this.time.since(began));
				}
				this.pause.pause(backoff.next(), following.lock);
			}
		}
		catch (InterruptedException ex) {
			if (!shutdown.hasFired()) {
				Thread.currentThread().interrupt();
			}
			throw new StartAbandonedException("waiting for others to do the " + work.name(), ex);
		}
		finally {
			this.gate.show(null, null);
			this.gate.show(List.of());
		}
	}

	private Outcome concluded(Work work, @Nullable String before, long began, Following following) {
		Outcome outcome = Outcome.NOTHING;
		if (before != null) {
			Duration waited = this.time.since(began);
			logger.info("Waited {} s for others to do the {}", waited.toSeconds(), work.name());
			outcome = new Outcome(false, waited, following.lastHolder);
		}
		this.gate.moveTo(GateState.SETTLING);
		return outcome;
	}

	/**
	 * Return what is waited for, {@code null} for nothing.
	 */
	private static @Nullable String look(Work work, @Nullable String last) {
		try {
			if (last != null && !work.mayHaveChanged()) {
				return last;
			}
			return work.isPending() ? "not done yet are " + String.join(", ", work.pending()) : null;
		}
		catch (DatabaseUnreachableException ex) {
			return ex.getMessage();
		}
		catch (RuntimeException ex) {
			for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
				if (cause instanceof SQLException) {
					return "the database says: " + Objects.requireNonNullElse(cause.getMessage(), cause.toString());
				}
			}
			throw ex;
		}
	}

	/**
	 * What is seen of the lock, as long as it can be seen.
	 */
	private static final class Following implements AutoCloseable {

		private final Supplier<Lock> locks;

		private @Nullable Lock lock;

		private @Nullable Holder lastHolder;

		private @Nullable Long failedAt;

		private Following(Supplier<Lock> locks) {
			this.locks = locks;
		}

		/**
		 * Where it can't be seen, because the tables may not be read, it is tried again
		 * now and then.
		 */
		private Lock.View look(Time time) {
			if (this.failedAt != null && time.since(this.failedAt).compareTo(SAY_AGAIN) < 0) {
				return Lock.View.NOBODY;
			}
			try {
				if (this.lock == null) {
					this.lock = this.locks.get();
				}
				Lock.View view = this.lock.look();
				if (view.holder() != null) {
					this.lastHolder = view.holder();
				}
				return view;
			}
			catch (DatabaseUnreachableException ex) {
				close();
				return Lock.View.NOBODY;
			}
			catch (RuntimeException ex) {
				if (this.failedAt == null) {
					logger.info("Who has the lock can't be seen: {}", ex.getMessage());
				}
				this.failedAt = time.nanoTime();
				close();
				return Lock.View.NOBODY;
			}
		}

		@Override
		public void close() {
			if (this.lock != null) {
				this.lock.close();
				this.lock = null;
			}
		}

	}

}

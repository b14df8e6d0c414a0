package dev.startgate.coordination;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a critical section, and keeps the replica up if a person must resolve a failure.
 * The replica then checks without the lock whether the cause is resolved, and goes on. If
 * only an attempt under the lock can tell, it tries again, less and less often.
 * <p>
 * A failed migration does not run again by itself: it may be long or take strong locks,
 * and no database shows that a person has fixed its data. This replica goes on once the
 * note of the failure is erased, the history is changed or repaired, or another replica
 * has more success.
 * <p>
 * Once the gate is open, there is no start left to resume. The caller gets the failure.
 */
public final class StayDownWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(StayDownWorkRunner.class);

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(8);

	private static final Duration LONGEST_DELAY_UNDER_LOCK = Duration.ofSeconds(60);

	private final LockedWorkRunner section;

	private final Gate gate;

	private final Time time;

	private final DatabaseRetry connecting;

	private final Pause pause;

	private final @Nullable Function<RuntimeException, String> description;

	/**
	 * Create a new runner, which may be used several times.
	 * @param section the order of steps
	 * @param gate the gate that shows what is to be resolved
	 * @param time the time
	 * @param connecting reaches the database
	 * @param pause the pause between two looks
	 * @param description describes for a person what has failed and what to do about it,
	 * {@code null} to let each failure fail the start
	 */
	public StayDownWorkRunner(LockedWorkRunner section, Gate gate, Time time, DatabaseRetry connecting, Pause pause,
			@Nullable Function<RuntimeException, String> description) {
		this.section = section;
		this.gate = gate;
		this.time = time;
		this.connecting = connecting;
		this.pause = pause;
		this.description = description;
	}

	@Override
	public WorkOutcome run(Work work, Supplier<Lock> locks) {
		if (this.description == null) {
			return this.section.run(work, locks);
		}
		Blockage blockage = null;
		while (true) {
			try {
				WorkOutcome outcome = this.section.run(work, locks);
				if (blockage != null) {
					logger.info("This replica goes on: what blocked it is resolved");
				}
				return outcome;
			}
			catch (RuntimeException ex) {
				if (!isForAPerson(ex) || this.gate.isOpen()) {
					throw ex;
				}
				if (blockage == null || !blockage.isSame(ex)) {
					blockage = block(ex, work, this.description);
				}
				awaitResolved(blockage, ex, work, locks);
			}
		}
	}

	private Blockage block(RuntimeException failure, Work work, Function<RuntimeException, String> describe) {
		String described = describe.apply(failure);
		List<String> statements = work.eraseStatements();
		String reason = described + statements.stream()
			.filter((statement) -> !described.contains(statement))
			.map("    %s;%n"::formatted)
			.collect(Collectors.collectingAndThen(Collectors.joining(),
					(lines) -> lines.isEmpty() ? ""
							: ("%n%nA replica that stays up does not run it again by itself. "
									+ "Once the cause is fixed, let it run again:%n%n")
								.formatted() + lines.stripTrailing()));
		logger.error("This replica is blocked. It stays up, and {}:{}{}{}",
				statements.isEmpty() ? "goes on by itself once this is resolved"
						: "goes on once the statement below is run",
				System.lineSeparator(), System.lineSeparator(), reason);
		return new Blockage(String.valueOf(failure.getMessage()), reason, this.time.instant(),
				backoff(LONGEST_DELAY_UNDER_LOCK));
	}

	private static Backoff backoff(Duration longest) {
		return new Backoff(FIRST_DELAY, longest);
	}

	/**
	 * All other failures end the process, and a restart may help.
	 */
	private static boolean isForAPerson(RuntimeException failure) {
		return !(failure instanceof StartAbandonedException || failure instanceof LeaseLostException
				|| failure instanceof LockWaitExceededException || failure instanceof DatabaseUnreachableException
				|| DatabaseUnreachableException.isLoss(failure));
	}

	private void awaitResolved(Blockage blockage, RuntimeException failure, Work work, Supplier<Lock> locks) {
		ShutdownHook shutdown = ShutdownHook.add(this.gate);
		try (shutdown;
				RunningStep blocked = this.gate.begin(StepKind.BLOCKED, "it is resolved");
				OpenedLock lock = new OpenedLock(locks)) {
			this.gate.block(blockage.reason(), blockage.since());
			Duration patience = blockage.attempts().next();
			Backoff looks = backoff(LONGEST_DELAY);
			long began = this.time.nanoTime();
			boolean wasUnresolved = false;
			while (true) {
				this.pause.pause(looks.next());
				if (this.gate.isOpen()) {
					throw failure;
				}
				boolean unresolved = !mayBeResolved(failure, work, lock);
				boolean patient = this.time.since(began).compareTo(patience) < 0;
				if (!unresolved && (wasUnresolved || !patient)) {
					return;
				}
				wasUnresolved |= unresolved;
				this.gate.block(blockage.reason(), blockage.since());
			}
		}
		catch (InterruptedException | RuntimeException ex) {
			throw shutdown.translate("waiting for somebody to fix what blocks the " + work.name(), ex);
		}
	}

	/**
	 * If the check itself fails, only another attempt at the work can tell what is wrong.
	 */
	private boolean mayBeResolved(RuntimeException failure, Work work, OpenedLock lock) throws InterruptedException {
		try {
			return this.connecting.reach(() -> work.mayBeResolved(failure, lock.get()));
		}
		catch (RuntimeException ex) {
			if (!isForAPerson(ex)) {
				throw ex;
			}
			logger.debug("Whether '{}' is resolved can't be told without the lock", failure.getMessage(), ex);
			return true;
		}
	}

	/**
	 * What blocks this replica.
	 *
	 * @param message identifies the failure
	 * @param reason what is to be resolved, for a person
	 * @param since when the failure first blocked this replica
	 * @param attempts the delays between attempts under the lock
	 */
	private record Blockage(String message, String reason, Instant since, Backoff attempts) {

		boolean isSame(RuntimeException failure) {
			return this.message.equals(String.valueOf(failure.getMessage()));
		}

	}

	/**
	 * A lock that is opened for the first check and kept for later ones.
	 */
	private static final class OpenedLock implements AutoCloseable {

		private final Supplier<Lock> locks;

		private @Nullable Lock lock;

		OpenedLock(Supplier<Lock> locks) {
			this.locks = locks;
		}

		Lock get() {
			Lock opened = (this.lock != null) ? this.lock : this.locks.get();
			this.lock = opened;
			return opened;
		}

		@Override
		public void close() {
			if (this.lock != null) {
				this.lock.close();
			}
		}

	}

}

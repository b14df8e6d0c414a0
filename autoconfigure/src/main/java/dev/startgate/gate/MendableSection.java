package dev.startgate.gate;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A critical section that need not fail because of something that a person must mend:
 * then it looks again until that is mended, and goes on.
 */
public final class MendableSection implements Section {

	private static final Logger logger = LoggerFactory.getLogger(MendableSection.class);

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(8);

	private static final String BLOCKED = "blocked until it is mended";

	private final CriticalSection section;

	private final Gate gate;

	private final Connecting connecting;

	private final Pause pause;

	private final @Nullable Function<RuntimeException, String> description;

	/**
	 * Create a new section, which may be run several times.
	 * @param section the order of steps
	 * @param gate the gate that shows what is to be mended
	 * @param connecting reaches the database
	 * @param pause the pause between two looks
	 * @param description tells a person what has failed and what to do about it,
	 * {@code null} to let each failure fail the start
	 */
	public MendableSection(CriticalSection section, Gate gate, Connecting connecting, Pause pause,
			@Nullable Function<RuntimeException, String> description) {
		this.section = section;
		this.gate = gate;
		this.connecting = connecting;
		this.pause = pause;
		this.description = description;
	}

	@Override
	public Outcome run(Work work, Supplier<Lock> locks) {
		if (this.description == null) {
			return this.section.run(work, locks);
		}
		String said = null;
		String reason = null;
		Backoff backoff = backoff();
		while (true) {
			try {
				Outcome outcome = this.section.run(work, locks);
				if (reason != null) {
					logger.info("This replica goes on: what it waited for is mended");
				}
				return outcome;
			}
			catch (RuntimeException ex) {
				if (!isForAPerson(ex)) {
					throw ex;
				}
				String message = String.valueOf(ex.getMessage());
				if (reason == null || !message.equals(said)) {
					said = message;
					reason = this.description.apply(ex);
					logger.error(
							"This replica is blocked. It stays up, looks again every few seconds, and goes on by "
									+ "itself when this is mended:{}{}{}",
							System.lineSeparator(), System.lineSeparator(), reason);
					backoff = backoff();
				}
				awaitMended(reason, work, locks, backoff);
			}
		}
	}

	private static Backoff backoff() {
		return new Backoff(FIRST_DELAY, LONGEST_DELAY, ThreadLocalRandom.current()::nextDouble);
	}

	/**
	 * The others are told to whoever starts the replica, and starting it again may help.
	 */
	private static boolean isForAPerson(RuntimeException failure) {
		return !(failure instanceof StartAbandonedException || failure instanceof LeaseLostException
				|| failure instanceof LockWaitExceededException || failure instanceof DatabaseUnreachableException
				|| DatabaseUnreachableException.isLoss(failure));
	}

	private void awaitMended(String reason, Work work, Supplier<Lock> locks, Backoff backoff) {
		ShutdownHook shutdown = ShutdownHook.add();
		try (shutdown; Timing blocked = this.gate.begin(BLOCKED)) {
			this.gate.block(reason);
			this.pause.pause(backoff.next());
			try (Lock lock = this.connecting.reach(locks)) {
				while (!this.connecting.reach(() -> work.isMended(lock))) {
					this.gate.block(reason);
					this.pause.pause(backoff.next());
				}
			}
		}
		catch (InterruptedException ex) {
			if (!shutdown.hasFired()) {
				Thread.currentThread().interrupt();
			}
			throw new StartAbandonedException("waiting for somebody to mend " + work.name(), ex);
		}
		catch (RuntimeException ex) {
			if (!isForAPerson(ex)) {
				throw ex;
			}
			logger.debug("Trying again will tell what is wrong now", ex);
		}
	}

}

package dev.startgate.coordination;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.gate.Pause;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.Time;
import dev.startgate.sql.Causes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until other replicas have done the work, and never takes the lock. An error of
 * the database meanwhile means that the work is not done yet.
 */
public final class WaitingWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(WaitingWorkRunner.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(500);

	private static final Duration LONGEST_DELAY = Duration.ofMillis(2000);

	private static final Duration SAY_AGAIN = Duration.ofSeconds(30);

	private final Gate gate;

	private final Time time;

	private final ReleaseAwarePause pause;

	private final @Nullable Duration maxWait;

	/**
	 * Create a new runner, which may be used several times.
	 * @param gate the gate that shows what is waited for
	 * @param time the time
	 * @param pause the pause between two looks
	 * @param maxWait how long to wait, {@code null} for no limit
	 */
	public WaitingWorkRunner(Gate gate, Time time, Pause pause, @Nullable Duration maxWait) {
		this.gate = gate;
		this.time = time;
		this.pause = new ReleaseAwarePause(pause);
		this.maxWait = maxWait;
	}

	@Override
	public WorkOutcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add(this.gate);
		try (shutdown; ObservedLock followed = new ObservedLock(locks, this.time)) {
			long began = this.time.nanoTime();
			Instant since = this.time.instant();
			String reason = look(work, null, false);
			if (reason != null) {
				try (RunningStep timing = this.gate.begin(StepKind.WAIT, "others")) {
					await(work, reason, began, since, followed);
				}
				logger.info("Waited {} s for others to do the {}", this.time.since(began).toSeconds(), work.name());
			}
			shutdown.check();
			this.gate.moveTo(GateState.SETTLING);
			return (reason != null) ? new WorkOutcome(false, this.time.since(began), followed.lastHolder())
					: WorkOutcome.NOTHING;
		}
		catch (InterruptedException | RuntimeException ex) {
			throw shutdown.translate("waiting for others to do the " + work.name(), ex);
		}
		finally {
			this.gate.show(null, null);
			this.gate.show(List.of());
		}
	}

	private void await(Work work, String first, long began, Instant since, ObservedLock followed)
			throws InterruptedException {
		BlockerNews blockers = new BlockerNews(this.time);
		Backoff backoff = new Backoff(FIRST_DELAY, LONGEST_DELAY);
		String reason = first;
		String saidWhat = null;
		long said = began;
		while (reason != null) {
			this.gate.moveTo(GateState.WAITING);
			Lock.View view = followed.look();
			String answer = reason + followed.concern();
			this.gate.show(view.holder(), view.progress());
			this.gate.show(List.of(new Unsettled(work.name(), since, answer)));
			boolean late = view.holder() != null && ShownHolder.isLate(view.holder(), this.time);
			String what = answer + late;
			if (blockers.isIn(view.progress()) || !what.equals(saidWhat)
					|| this.time.since(said).compareTo(SAY_AGAIN) >= 0) {
				saidWhat = what;
				said = this.time.nanoTime();
				logger.info("Waiting for others to do the {}: {}{}", work.name(), answer,
						ShownHolder.describe(view, this.time));
			}
			if (this.maxWait != null && this.time.since(began).compareTo(this.maxWait) >= 0) {
				throw LockWaitExceededException.forWork(work.name(), answer, view.holder(), this.time.since(began));
			}
			boolean heard = this.pause.pause(backoff.next(), followed.lock());
			reason = look(work, reason, heard);
		}
	}

	/**
	 * Return why this replica still waits, {@code null} if the work is done.
	 */
	private static @Nullable String look(Work work, @Nullable String last, boolean heard) {
		try {
			if (last != null && !work.mayHaveChanged(heard)) {
				return last;
			}
			List<String> pending = work.pending();
			return pending.isEmpty() ? null : "not done yet are " + String.join(", ", pending);
		}
		catch (DatabaseUnreachableException ex) {
			return ex.getMessage();
		}
		catch (RuntimeException ex) {
			SQLException answer = Causes.first(ex, SQLException.class).orElseThrow(() -> ex);
			return "the database says: " + MessageSanitizer
				.hideCredentials(Objects.requireNonNullElse(answer.getMessage(), answer.toString()));
		}
	}

}

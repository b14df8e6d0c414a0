package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import org.jspecify.annotations.Nullable;

/**
 * Says what is under way in a start.
 */
public final class UnderWay {

	private static final String WAITS = ", which waits for ";

	private UnderWay() {
	}

	/**
	 * Return what is under way.
	 * @param seen what is known of the start
	 * @param now the time
	 * @return a text for people; {@code null} if nothing of Startgate is under way
	 */
	public static @Nullable String of(GateSnapshot seen, Instant now) {
		Progress progress = seen.progress();
		Holder holder = seen.holder();
		if (!seen.unsettled().isEmpty()) {
			return seen.unsettled()
				.stream()
				.map((one) -> "waiting for '" + one.name() + "' (" + one.answer() + ")")
				.collect(Collectors.joining(", "));
		}
		if (seen.state() == GateState.BLOCKED && seen.reason() != null) {
			return seen.reason().lines().findFirst().orElse("");
		}
		Step step = seen.steps()
			.stream()
			.filter((one) -> one.took() == null)
			.reduce((first, second) -> second)
			.orElse(null);
		if (seen.state() == GateState.WAITING && holder != null && step != null && step.kind() == StepKind.WAIT) {
			return "for " + step.subject() + " (generation " + holder.generation() + ")";
		}
		if (progress != null && progress.current() != null) {
			return progress.done() + " of " + progress.total() + " done, now " + progress.current() + ", for "
					+ Duration.between(progress.since(), now).toSeconds() + " s";
		}
		if (progress != null && progress.total() > 0) {
			return progress.done() + " of " + progress.total() + " done";
		}
		return (step != null) ? step.name() : null;
	}

	/**
	 * Say that what is under way waits for a session.
	 * @param what what is under way
	 * @param who the session
	 * @return both, for people
	 */
	public static String waiting(String what, String who) {
		return what + WAITS + who;
	}

	/**
	 * Return whether what is under way waits for a session.
	 * @param progress how far the work is
	 * @return whether its text says so
	 */
	public static boolean isWaiting(Progress progress) {
		return progress.current() != null && progress.current().contains(WAITS);
	}

}

package dev.startgate.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.flyway.Discrepancy.Kind;
import dev.startgate.flyway.FailureInHistory;
import dev.startgate.flyway.ddl.Blocker;
import dev.startgate.flyway.ddl.LockWaitGivenUpException;
import dev.startgate.gate.HumanReadable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a statement that did not get a strong lock, because somebody else uses the
 * table all the time.
 */
class LockWaitGivenUpFailureAnalyzer extends StartgateAnalyzer<LockWaitGivenUpException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockWaitGivenUpException cause) {
		List<Blocker> blockers = cause.getBlockers();
		String who = blockers.isEmpty() ? "It could not be seen who has it."
				: blockers.stream()
					.map((blocker) -> "    " + blocker.describe())
					.collect(Collectors.joining("%n".formatted(), "It waited for:%n%n".formatted(), ""));
		return new FailureAnalysis(
				"%s did not get its lock on a table in %s. It was tried %s, and has stepped back each time so that traffic went on. %s"
					.formatted(cause.getSubject(), HumanReadable.duration(cause.getWaited()),
							HumanReadable.count(cause.getAttempts(), "time", "times"), who),
				(blockers.isEmpty() ? "Find out which session has a transaction open on that table, and let it end."
						: ("Let what it waits for come to its end, or end it by hand:%n%n".formatted()
								+ blockers.stream()
									.map((blocker) -> "    %s;%s%n".formatted(blocker.endStatement(),
											blocker.caution().isEmpty() ? "" : " -- " + blocker.caution()))
									.collect(Collectors.joining())))
						+ "%n%s To let it try for longer, set 'startgate.ddl.give-up-after' to more."
							.formatted(then(FailureInHistory.of(rootFailure))),
				cause);
	}

	private static String then(@Nullable FailureInHistory history) {
		boolean stays = history != null && !history.isResumable()
				&& history.getDiscrepancies().stream().anyMatch((one) -> one.kind() == Kind.FAILED);
		return stays ? FailedRowRemoval.action(history) : "Then start this replica again.";
	}

}

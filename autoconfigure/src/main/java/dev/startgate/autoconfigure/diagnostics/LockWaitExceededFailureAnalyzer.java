package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.coordination.LockWaitExceededException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a wait that was longer than the configured backstop.
 */
class LockWaitExceededFailureAnalyzer extends StartgateAnalyzer<LockWaitExceededException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockWaitExceededException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", action(cause), cause);
	}

	private static String action(LockWaitExceededException cause) {
		Holder holder = cause.getHolder();
		String wait = "remove 'startgate.lock.max-wait', so that there is no limit.";
		return switch (cause.getWaitedFor()) {
			case HOLDER -> ((holder != null) ? "Replica '" + holder.replica()
					+ "' has the lock, and renewed its lease at " + holder.renewed() + ". " : "")
					+ "Look at its log, and start this replica again when it is done; or " + wait;
			case LEFT ->
				"Let it come to its end, end it as said above, or set 'startgate.lock.takeover' to 'terminate', "
						+ "and start this replica again; or " + wait;
			case ROW -> "Let its transaction end, or end that session, and start this replica again; or " + wait;
			case NOBODY -> "No replica was seen that has the lock, so perhaps nobody is at work. Start a replica with "
					+ "'startgate.mode=migrate', and this one again; or " + wait;
		};
	}

}

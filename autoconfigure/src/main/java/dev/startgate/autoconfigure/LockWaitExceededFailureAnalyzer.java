package dev.startgate.autoconfigure;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.LockWaitExceededException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a wait that was longer than the configured backstop.
 */
class LockWaitExceededFailureAnalyzer extends StartgateAnalyzer<LockWaitExceededException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockWaitExceededException cause) {
		Holder holder = cause.getHolder();
		String who = (holder != null) ? "Replica '" + holder.replica() + "'" : "The other replica";
		return new FailureAnalysis(cause.getMessage() + ".",
				who + " is alive: it renews its lock. Look at its log, and start this replica again when it is done; "
						+ "or remove 'startgate.lock.max-wait', so that it is waited for.",
				cause);
	}

}

package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.coordination.LeaseLostException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes the loss of the lease.
 */
class LeaseLostFailureAnalyzer extends StartgateAnalyzer<LeaseLostException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LeaseLostException cause) {
		return new FailureAnalysis(
				cause.getMessage()
						+ ". This replica has stopped its work under the lock, so that no other replica does "
						+ "the same at the same time.",
				"Start this replica again: the next replica that has the lock goes on with what is left. "
						+ "If it happens again, look for pauses of this process or of its connection to the database "
						+ "that are longer than 'startgate.lock.lease', or set that to more.",
				cause);
	}

}

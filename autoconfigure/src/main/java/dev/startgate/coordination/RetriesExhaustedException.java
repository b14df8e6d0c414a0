package dev.startgate.coordination;

/**
 * Work has failed again and again, each time for a reason that looked transient.
 */
public class RetriesExhaustedException extends RuntimeException {

	private final String failure;

	private final long attempts;

	RetriesExhaustedException(TransientFailure failure, long attempts) {
		super("%s. That was attempt %d".formatted(failure.description(), attempts), failure.failure());
		this.failure = failure.description();
		this.attempts = attempts;
	}

	/**
	 * Return what has failed and why.
	 * @return a sentence without its full stop
	 */
	public String getFailure() {
		return this.failure;
	}

	/**
	 * Return how often it was attempted.
	 * @return the number of attempts, the first one included
	 */
	public long getAttempts() {
		return this.attempts;
	}

}

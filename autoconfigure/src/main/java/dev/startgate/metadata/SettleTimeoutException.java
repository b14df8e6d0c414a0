package dev.startgate.metadata;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot.Unsettled;

/**
 * The time for settling has passed.
 */
public class SettleTimeoutException extends RuntimeException {

	private final List<Unsettled> unsettled;

	SettleTimeoutException(Duration timeout, List<Unsettled> unsettled) {
		super("Not settled within " + timeout.toSeconds() + " s: " + describe(unsettled));
		this.unsettled = List.copyOf(unsettled);
	}

	private static String describe(List<Unsettled> unsettled) {
		return unsettled.stream()
			.map((condition) -> "'" + condition.name() + "' (" + condition.answer() + ")")
			.collect(Collectors.joining(", "));
	}

	/**
	 * Return what was not settled, with the last answers.
	 * @return what was not settled
	 */
	public List<Unsettled> getUnsettled() {
		return this.unsettled;
	}

}

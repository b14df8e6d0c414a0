package dev.startgate.metadata;

import java.time.Duration;

import dev.startgate.SettleCondition;

/**
 * How a replica waits for settling.
 *
 * @param timeout how long to wait for all conditions together
 * @param pollInterval the pause between two questions to one condition
 * @param stableFor how long a condition must hold without interruption
 * @param answerTimeout how long one answer may take
 */
public record SettleSettings(Duration timeout, Duration pollInterval, Duration stableFor, Duration answerTimeout) {

	Duration stableFor(SettleCondition condition) {
		return (condition instanceof TimedCondition timed && timed.stableFor() != null) ? timed.stableFor()
				: this.stableFor;
	}

	Duration answerTimeout(SettleCondition condition) {
		return (condition instanceof TimedCondition timed) ? timed.timeout() : this.answerTimeout;
	}

}

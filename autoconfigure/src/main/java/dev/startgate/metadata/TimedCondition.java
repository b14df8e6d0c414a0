package dev.startgate.metadata;

import java.time.Duration;

import dev.startgate.SettleCondition;
import org.jspecify.annotations.Nullable;

/**
 * A condition with times of its own.
 */
interface TimedCondition extends SettleCondition {

	/**
	 * Return how long one answer may take.
	 */
	Duration timeout();

	/**
	 * Return how long the condition must hold without interruption, {@code null} for the
	 * same time as others.
	 */
	@Nullable Duration stableFor();

}

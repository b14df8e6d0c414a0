package dev.startgate.metadata;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what happens when the time for settling has passed: either the start fails, or
 * the gate is blocked until everything has settled.
 */
final class SettleDeadline {

	private static final Logger logger = LoggerFactory.getLogger(SettleDeadline.class);

	private final Gate gate;

	private final @Nullable Function<RuntimeException, String> description;

	private @Nullable GateState before;

	private boolean over;

	/**
	 * Create a new deadline.
	 * @param gate the gate
	 * @param description tells a person what has not settled, {@code null} to fail
	 */
	SettleDeadline(Gate gate, @Nullable Function<RuntimeException, String> description) {
		this.gate = gate;
		this.description = description;
	}

	/**
	 * The time has passed.
	 * @param failure what has not settled
	 * @param fail takes the failure, if the start is to fail
	 */
	synchronized void pass(SettleTimeoutException failure, Consumer<RuntimeException> fail) {
		if (this.over) {
			return;
		}
		if (this.description == null) {
			fail.accept(failure);
			return;
		}
		this.before = this.gate.snapshot().state();
		String reason = this.description.apply(failure);
		this.gate.block(reason);
		logger
			.error("This replica is blocked. It stays up, goes on asking, and opens the gate as soon as everything has "
					+ "settled:{}{}{}", System.lineSeparator(), System.lineSeparator(), reason);
	}

	/**
	 * Settling has ended, successfully or not. It no longer blocks the gate, so that a
	 * failure can block the gate with its own reason.
	 * @param took how long it took, {@code null} if not everything has settled
	 */
	synchronized void end(@Nullable Duration took) {
		this.over = true;
		if (this.before == null) {
			return;
		}
		if (took != null) {
			logger.info("This replica goes on after {} s of settling", took.toSeconds());
		}
		this.gate.moveTo(this.before);
	}

}

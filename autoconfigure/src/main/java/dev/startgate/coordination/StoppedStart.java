package dev.startgate.coordination;

import java.time.Duration;
import java.time.Instant;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import dev.startgate.gate.UnderWay;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A start that was stopped, in one line: what was going on, and what is left.
 *
 * @param seen what was going on when the process was asked to end
 * @param now the time
 * @param stopped whether the working thread has stopped, and does not hang
 * @param begun whether work had begun under the lock
 * @param remainder what is left of the work, {@code null} if that is unknown
 * @param lock the name of the lock that this replica had, {@code null} if it had none
 * @param released whether it has released the lock
 */
record StoppedStart(GateSnapshot seen, Instant now, boolean stopped, boolean begun, @Nullable Remainder remainder,
		@Nullable String lock, boolean released) {

	void log(Logger logger) {
		boolean degraded = !this.stopped || (this.lock != null && !this.released)
				|| (this.remainder != null && this.remainder.partial());
		logger.atLevel(degraded ? Level.WARN : Level.INFO).log(toString());
	}

	@Override
	public String toString() {
		String what = UnderWay.of(this.seen, this.now);
		return "This replica '%s' was asked to end when it had been %s for %d s%s. %s%s".formatted(this.seen.replica(),
				verb(), Duration.between(this.seen.since(), this.now).toSeconds(), (what != null) ? ": " + what : "",
				whatIsLeft(), whatBecameOfTheLock());
	}

	private String verb() {
		return switch (this.seen.state()) {
			case CLOSED, FAILED -> "starting";
			case OPEN -> "running";
			case CONNECTING -> "connecting";
			case WAITING -> "waiting";
			case MIGRATING -> "migrating";
			case SETTLING -> "settling";
			case BLOCKED -> "blocked";
		};
	}

	private String whatIsLeft() {
		if (!this.stopped) {
			return "It still waits for an answer of the database or the application";
		}
		if (this.remainder != null) {
			return this.remainder.description();
		}
		if (this.begun) {
			return "The next start looks at what is done";
		}
		return (this.seen.state() == GateState.BLOCKED) ? "What blocks it is still to be resolved"
				: "It leaves nothing half done";
	}

	private String whatBecameOfTheLock() {
		if (this.lock == null) {
			return "";
		}
		if (!this.stopped) {
			return ". The lock '" + this.lock + "' is not released yet";
		}
		return this.released ? ". The lock '" + this.lock + "' is released"
				: ". The lock '" + this.lock + "' could not be released, and its lease runs out by itself";
	}

}

package dev.startgate.gate;

import java.time.Duration;

import dev.startgate.GateSnapshot.Holder;
import org.jspecify.annotations.Nullable;

/**
 * The configured backstop for waiting has passed.
 */
public class LockWaitExceededException extends RuntimeException {

	private final String lockName;

	private final @Nullable Holder holder;

	LockWaitExceededException(String lockName, @Nullable Holder holder, Duration waited) {
		super("Waited " + waited.toSeconds() + " s for the lock '" + lockName + "'"
				+ ((holder != null) ? ", which replica '" + holder.replica() + "' holds since " + holder.since() : ""));
		this.lockName = lockName;
		this.holder = holder;
	}

	public String getLockName() {
		return this.lockName;
	}

	public @Nullable Holder getHolder() {
		return this.holder;
	}

}

package dev.startgate.coordination;

import java.time.Duration;

import dev.startgate.GateSnapshot.Holder;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a critical section.
 *
 * @param performed whether this replica had the lease and did the work
 * @param waited how long it waited for another replica
 * @param waitedFor the last replica that it waited for
 */
public record WorkOutcome(boolean performed, Duration waited, @Nullable Holder waitedFor) {

	static final WorkOutcome NOTHING = new WorkOutcome(false, Duration.ZERO, null);

}

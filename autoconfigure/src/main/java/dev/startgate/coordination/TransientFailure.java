package dev.startgate.coordination;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A failure after which the same work may well succeed.
 *
 * @param item what has failed; each item has a budget of retries of its own
 * @param description what has failed and why, for people
 * @param failure the failure
 * @param pause how long to wait before the next attempt if it uses up no budget, because
 * the work itself knows when to give up and says what it waits for; otherwise
 * {@code null}
 */
public record TransientFailure(String item, String description, RuntimeException failure, @Nullable Duration pause) {
}

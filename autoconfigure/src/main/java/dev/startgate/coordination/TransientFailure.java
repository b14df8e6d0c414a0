package dev.startgate.coordination;

/**
 * A failure after which the same work may well succeed.
 *
 * @param item what has failed; it uses up a budget of retries of its own
 * @param description what has failed and why, for people
 */
public record TransientFailure(String item, String description) {
}

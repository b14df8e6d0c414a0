package dev.startgate.coordination;

/**
 * What is left of work that was stopped.
 *
 * @param description what becomes of it, in a sentence without its full stop
 * @param partial whether a part of it may be done and can't be rolled back
 */
public record Remainder(String description, boolean partial) {

}

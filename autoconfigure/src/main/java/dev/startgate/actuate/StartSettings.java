package dev.startgate.actuate;

/**
 * What the application has asked for, in the words in which it did.
 *
 * @param mode what this replica does about migrations
 * @param timing when
 */
public record StartSettings(String mode, String timing) {
}

package dev.startgate.actuate;

/**
 * The settings of the application, as they are written in properties.
 *
 * @param mode what this replica does about migrations
 * @param timing when migrations run
 */
public record StartSettings(String mode, String timing) {
}

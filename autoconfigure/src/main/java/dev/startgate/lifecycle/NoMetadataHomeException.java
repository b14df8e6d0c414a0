package dev.startgate.lifecycle;

/**
 * There are metadata sources, and no database to record them in.
 */
public class NoMetadataHomeException extends RuntimeException {

	NoMetadataHomeException() {
		super("There are metadata sources, but neither a Flyway nor exactly one DataSource to record them in");
	}

}

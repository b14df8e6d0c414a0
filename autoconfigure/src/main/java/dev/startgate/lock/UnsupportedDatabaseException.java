package dev.startgate.lock;

/**
 * A database on which no lock can be kept.
 */
public class UnsupportedDatabaseException extends RuntimeException {

	UnsupportedDatabaseException(String product) {
		super("There is no lock for the database '" + product + "'");
	}

}

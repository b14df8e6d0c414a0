package dev.startgate.flyway;

/**
 * Several migrations were to be run in one transaction, on a database that does not roll
 * back all of it. Nothing was run.
 */
public class GroupRefusedException extends RuntimeException {

	GroupRefusedException(String database) {
		super("Migrations are not run as a group on " + database
				+ ", which does not roll back all of a transaction that changes the schema");
	}

}

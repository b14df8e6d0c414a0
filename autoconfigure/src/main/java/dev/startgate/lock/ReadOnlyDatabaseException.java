package dev.startgate.lock;

/**
 * A setting lets this user or this connection change nothing.
 */
public class ReadOnlyDatabaseException extends RuntimeException {

	private final String remedy;

	ReadOnlyDatabaseException(String user, String remedy) {
		super("The database lets the user '" + user
				+ "' change nothing: 'default_transaction_read_only' is on. The server is no standby");
		this.remedy = remedy;
	}

	ReadOnlyDatabaseException() {
		super("The connections to the database are read-only");
		this.remedy = "'spring.datasource.hikari.read-only', that of another pool, or the URL";
	}

	/**
	 * Return what lets this user change the database.
	 * @return a statement, or the place to look at
	 */
	public String getRemedy() {
		return this.remedy;
	}

}

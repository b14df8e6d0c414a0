package dev.startgate.lock;

/**
 * The database lets this user change nothing, although it is no standby.
 */
public class ReadOnlyDatabaseException extends RuntimeException {

	private final String remedy;

	ReadOnlyDatabaseException(String user, String remedy) {
		super("The database lets the user '" + user + "' change nothing: 'default_transaction_read_only' is on");
		this.remedy = remedy;
	}

	/**
	 * Return what lets this user change the database.
	 * @return a statement, or the place to look at
	 */
	public String getRemedy() {
		return this.remedy;
	}

}

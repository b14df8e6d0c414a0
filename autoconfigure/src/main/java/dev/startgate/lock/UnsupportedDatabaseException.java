package dev.startgate.lock;

/**
 * A database on which no lock can be kept.
 */
public class UnsupportedDatabaseException extends RuntimeException {

	private final String product;

	UnsupportedDatabaseException(String product) {
		super("There is no lock for the database '" + product + "'");
		this.product = product;
	}

	public String getProduct() {
		return this.product;
	}

}

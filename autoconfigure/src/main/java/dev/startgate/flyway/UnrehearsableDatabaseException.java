package dev.startgate.flyway;

/**
 * Migrations can't be rehearsed on a database, because it is not known to roll back
 * changes of the schema.
 */
public class UnrehearsableDatabaseException extends RuntimeException {

	private final String product;

	UnrehearsableDatabaseException(String product) {
		super("Migrations can't be rehearsed on " + product);
		this.product = product;
	}

	/**
	 * Return the database.
	 * @return its name and version
	 */
	public String getProduct() {
		return this.product;
	}

}

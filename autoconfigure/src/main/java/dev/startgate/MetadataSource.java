package dev.startgate;

import java.sql.Connection;

/**
 * A bean that applies metadata once for each version across the fleet, under the lock of
 * the migrations, and then holds the gate on every replica until it is settled.
 */
public interface MetadataSource extends SettleCondition {

	/**
	 * Return the identity of the content, for example its checksum. It has at most 900
	 * characters. The name of the source has at most 190, and no other source has it,
	 * even in another case. This method is called several times, and before anything is
	 * applied.
	 * @return the version
	 */
	String version();

	/**
	 * Apply the metadata. The version is recorded in the transaction of the connection
	 * after this method returns, and not at all if it throws.
	 * @param connection a connection to the database whose lock is held, with a
	 * transaction in progress; ignore it if the metadata lives elsewhere
	 * @throws Exception if it could not be applied; the start fails
	 */
	void apply(Connection connection) throws Exception;

	/**
	 * Return whether what was applied is in step. By default it is, once it is applied.
	 */
	@Override
	default Settlement settled() throws Exception {
		return Settlement.done();
	}

	/**
	 * Return a number that tells older versions from newer ones, for example that of the
	 * build or of the schema version. A version with a lower number is not applied over
	 * one with a higher number. If both are equal, the replica that knows the newer
	 * schema wins.
	 * @return a number that grows
	 */
	default long order() {
		return 0;
	}

	/**
	 * Return when the metadata is applied.
	 * @return before or after the migrations
	 */
	default Phase phase() {
		return Phase.AFTER_MIGRATIONS;
	}

	/**
	 * When metadata is applied.
	 */
	enum Phase {

		/**
		 * Applied and settled before the first migration. Such a source must not depend
		 * on a bean that itself waits for the migrations.
		 */
		BEFORE_MIGRATIONS,

		/**
		 * Applied when the schema is complete.
		 */
		AFTER_MIGRATIONS

	}

}

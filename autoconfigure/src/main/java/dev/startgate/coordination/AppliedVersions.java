package dev.startgate.coordination;

import java.sql.Connection;
import java.util.Map;
import java.util.Optional;

/**
 * Records in the database which version of each metadata source was applied last.
 */
public interface AppliedVersions {

	/**
	 * Read all of them, on a connection of its own.
	 * @return the version for each name of a source, or empty if this replica only waits
	 * or looks and may not read them
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	Optional<Map<String, String>> read();

	/**
	 * Apply a version and record it, both in one transaction of a connection that ends
	 * with this call.
	 * @param source the name of the source
	 * @param version the version
	 * @param lease the lease that is held
	 * @param application applies the metadata
	 * @throws Exception if it could not be applied; then nothing is recorded
	 */
	void apply(String source, String version, Lease lease, Application application) throws Exception;

	/**
	 * Applies metadata.
	 */
	@FunctionalInterface
	interface Application {

		/**
		 * Apply it.
		 * @param connection a connection with a transaction in progress
		 * @throws Exception if it could not be applied
		 */
		void apply(Connection connection) throws Exception;

	}

}

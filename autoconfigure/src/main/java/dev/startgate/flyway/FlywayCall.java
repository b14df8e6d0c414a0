package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.function.Supplier;

import org.flywaydb.core.api.FlywayException;

/**
 * A call of Flyway that fails with the failure of the database. On MySQL and MariaDB
 * Flyway hides that its connection broke while it asked for the version of the server,
 * and complains about the version that is missing.
 */
final class FlywayCall {

	private static final String NO_VERSION = "Unable to determine version from ''";

	private FlywayCall() {
	}

	static <T> T of(Supplier<T> call) {
		try {
			return call.get();
		}
		catch (FlywayException ex) {
			throw !NO_VERSION.equals(ex.getMessage()) ? ex
					: FlywayInternals.databaseFailure("Unable to ask for the version of the server",
							new SQLException("The connection broke", "08006", ex));
		}
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.startgate.coordination.Lease;
import dev.startgate.sql.Queries;

/**
 * Databases that speak the protocol of PostgreSQL but run each change of the schema as a
 * separate job. Of several changes in one transaction, only some may be done.
 */
final class DistributedSql {

	static final String COCKROACHDB = "CockroachDB";

	private DistributedSql() {
	}

	/**
	 * Ask a database what it is.
	 * @return its name, empty if it is none of these
	 */
	static Optional<String> name(Connection connection) throws SQLException {
		if (!"PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
			return Optional.empty();
		}
		return name(Queries.text(connection, "select version()"));
	}

	static Optional<String> name(String version) {
		if (version.startsWith(COCKROACHDB)) {
			return Optional.of(COCKROACHDB);
		}
		return version.contains("-YB-") ? Optional.of("YugabyteDB") : Optional.empty();
	}

	/**
	 * Make sure that migrations are not run as a group.
	 * @throws GroupRefusedException if the database is one of these
	 */
	static void refuseGroup(Lease lease) {
		List<String> names = new ArrayList<>();
		lease.sessions().ask((connection) -> name(connection).ifPresent(names::add));
		if (!names.isEmpty()) {
			throw new GroupRefusedException(names.get(0));
		}
	}

}

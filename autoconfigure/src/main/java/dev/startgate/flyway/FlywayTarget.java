package dev.startgate.flyway;

import java.util.Arrays;
import java.util.stream.Stream;

import dev.startgate.coordination.ProtectedSchema;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * What the lock of a Flyway protects: the schema of its history table.
 */
final class FlywayTarget {

	private FlywayTarget() {
	}

	static ProtectedSchema of(Configuration configuration) {
		return of(configuration, new HistoryBootstrap(configuration, false, () -> {
		}));
	}

	static ProtectedSchema of(Configuration configuration, HistoryBootstrap bootstrap) {
		String schema = Stream
			.concat(Stream.ofNullable(configuration.getDefaultSchema()), Arrays.stream(configuration.getSchemas()))
			.findFirst()
			.orElse(null);
		return new ProtectedSchema(GuardedDataSource.original(configuration.getDataSource()),
				(configuration.getInitSql() != null)
						? (connection) -> FlywayInternals.initialize(connection, configuration) : null,
				schema, configuration.getTable(), bootstrap);
	}

	/**
	 * Return whether two configurations have one history, so that one lock is enough.
	 */
	static boolean isSame(Configuration one, Configuration other) {
		ProtectedSchema first = of(one);
		ProtectedSchema second = of(other);
		return first.dataSource().equals(second.dataSource()) && first.table().equals(second.table())
				&& (first.schema() + "").equals(second.schema() + "");
	}

}

package dev.startgate.flyway;

import java.util.Arrays;
import java.util.stream.Stream;

import dev.startgate.gate.LockTarget;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * What the lock of a Flyway protects: the schema of its history table.
 */
final class FlywayTarget {

	private FlywayTarget() {
	}

	static LockTarget of(Configuration configuration) {
		return of(configuration, new HistoryBootstrap(configuration, false, () -> {
		}));
	}

	static LockTarget of(Configuration configuration, HistoryBootstrap bootstrap) {
		String schema = Stream
			.concat(Stream.ofNullable(configuration.getDefaultSchema()), Arrays.stream(configuration.getSchemas()))
			.findFirst()
			.orElse(null);
		return new LockTarget(GuardedDataSource.original(configuration.getDataSource()), configuration.getInitSql(),
				schema, configuration.getTable(), bootstrap);
	}

	/**
	 * Return whether two configurations have one history, so that one lock is enough.
	 */
	static boolean isSame(Configuration one, Configuration other) {
		LockTarget first = of(one);
		LockTarget second = of(other);
		return first.dataSource().equals(second.dataSource()) && first.table().equals(second.table())
				&& (first.schema() + "").equals(second.schema() + "");
	}

}

package dev.startgate.flyway;

import java.lang.reflect.Proxy;

import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.Configuration;

import org.springframework.util.ReflectionUtils;

/**
 * A history that says nothing yet, because Startgate had Flyway create it early. Flyway
 * refuses to begin one with a baseline once its table is there.
 */
final class StartedHistory {

	private StartedHistory() {
	}

	/**
	 * Leave the history as {@code baseline()} expects it: not there, or, where Flyway has
	 * created a schema, begun with the baseline that it would have made together with
	 * that schema. A history with any migration is left alone.
	 */
	static void makeWayForBaseline(Configuration application) {
		Configuration quiet = MigrateCallbacks.connecting(application).getConfiguration();
		FlywayLog.with(quiet, Quiet.EVERYTHING, () -> FlywayInternals.dropEmptyHistory(quiet));
	}

	/**
	 * Return whether the current state is that Flyway has created a schema.
	 */
	static boolean isCreatedWithSchema(MigrationInfoService info) {
		MigrationInfo current = info.current();
		return current != null && current.getType() == CoreMigrationType.SCHEMA;
	}

	/**
	 * Return what Flyway would tell before it has created the schema.
	 */
	static MigrationInfoService withoutCurrent(MigrationInfoService info) {
		return (MigrationInfoService) Proxy.newProxyInstance(StartedHistory.class.getClassLoader(),
				new Class<?>[] { MigrationInfoService.class },
				(proxy, method, arguments) -> "current".equals(method.getName()) ? null
						: ReflectionUtils.invokeMethod(method, info, arguments));
	}

}

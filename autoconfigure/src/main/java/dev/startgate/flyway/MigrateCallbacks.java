package dev.startgate.flyway;

import java.util.Arrays;
import java.util.Locale;

import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.internal.scanner.Scanner;

/**
 * Whether an application has callbacks: objects, or scripts such as
 * {@code afterMigrate.sql}, which run at every {@code migrate()}.
 */
final class MigrateCallbacks {

	private MigrateCallbacks() {
	}

	static boolean areThere(Configuration configuration) {
		return configuration.getCallbacks().length > 0
				|| (!configuration.isSkipDefaultCallbacks() && haveScripts(configuration));
	}

	/**
	 * Flyway's own scanner is asked, to find what Flyway finds.
	 */
	private static boolean haveScripts(Configuration configuration) {
		Location[] own = configuration.getCallbackLocations();
		if (own.length > 0) {
			return isCallbackIn(configuration, scan(configuration, own));
		}
		ResourceProvider provider = configuration.getResourceProvider();
		return isCallbackIn(configuration,
				(provider != null) ? provider : scan(configuration, configuration.getLocations()));
	}

	private static ResourceProvider scan(Configuration configuration, Location[] locations) {
		return new Scanner<>(JavaMigration.class, configuration, locations);
	}

	private static boolean isCallbackIn(Configuration configuration, ResourceProvider resources) {
		return resources.getResources("", configuration.getSqlMigrationSuffixes())
			.stream()
			.anyMatch((resource) -> isCallback(resource.getFilename(), configuration.getSqlMigrationSeparator()));
	}

	private static boolean isCallback(String filename, String separator) {
		String name = filename.toLowerCase(Locale.ROOT);
		return Arrays.stream(Event.values())
			.map((event) -> event.getId().toLowerCase(Locale.ROOT))
			.anyMatch((event) -> name.startsWith(event + ".")
					|| name.startsWith(event + separator.toLowerCase(Locale.ROOT)));
	}

}

package dev.startgate.flyway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.startgate.flyway.FlywayInternals.FileName;
import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The migrations in some locations, for which no Flyway has looked.
 */
final class MigrationFiles {

	private MigrationFiles() {
	}

	/**
	 * Return whether there is any migration. What Flyway can't read does not count.
	 */
	static boolean areIn(List<String> locations, String prefix, ClassLoader classLoader) {
		try {
			return areFor(new FluentConfiguration(classLoader).sqlMigrationPrefix(prefix)
				.locations(locations.toArray(String[]::new)));
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	/**
	 * Return whether a Flyway has any migration.
	 */
	static boolean areFor(Configuration configuration) {
		if (configuration.getJavaMigrations().length > 0 || configuration.getResolvers().length > 0) {
			return true;
		}
		try {
			return FlywayLog.with(configuration, Quiet.EVERYTHING, () -> isAny(configuration));
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	private static boolean isAny(Configuration configuration) {
		ResourceProvider found = CallbackScripts.existingMigrations(configuration);
		Function<String, Optional<FileName>> names = FlywayInternals.fileNames(configuration);
		return found.getResources("", configuration.getSqlMigrationSuffixes())
			.stream()
			.anyMatch((file) -> CallbackScripts.event(file, configuration).isEmpty()
					&& names.apply(file.getFilename()).isPresent())
				|| (found instanceof ClassProvider<?> classes && !classes.getClasses().isEmpty());
	}

	/**
	 * Return where the migrations of a Flyway are.
	 */
	static String locations(Configuration configuration) {
		return String.join(", ", Arrays.stream(configuration.getLocations()).map(Object::toString).toList());
	}

}

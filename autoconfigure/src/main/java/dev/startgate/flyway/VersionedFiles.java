package dev.startgate.flyway;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import dev.startgate.flyway.FlywayInternals.FileName;
import dev.startgate.flyway.HistoryRows.Content;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.baseline.BaselineMigrationResolver;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * The migrations of an application that brings nothing but versioned SQL files, found,
 * named and summed up by those parts of Flyway that {@code info()} is made of. Their
 * content alone decides what it says of a history in which just these were applied:
 * repeatable migrations depend on placeholders, too, and a configured target or resolver
 * on more.
 */
final class VersionedFiles {

	private static final String[] ANY_SUFFIX = { "" };

	private VersionedFiles() {
	}

	/**
	 * Read them.
	 * @return what their rows in the history say, in the order of versions, empty if
	 * there is anything else to be found or to be thought of
	 */
	static Optional<Map<String, Content>> read(Flyway flyway) {
		Configuration configuration = flyway.getConfiguration();
		try {
			return isPlain(flyway, configuration) ? read(configuration) : Optional.empty();
		}
		catch (FlywayException ex) {
			// told by Flyway itself, once it is asked
			return Optional.empty();
		}
	}

	private static boolean isPlain(Flyway flyway, Configuration configuration) {
		FlywayInternals.validate(configuration);
		MigrationVersion target = configuration.getTarget();
		return flyway.getClass() == Flyway.class && (target == null || target == MigrationVersion.LATEST)
				&& configuration.getJavaMigrations().length == 0 && configuration.getResolvers().length == 0
				&& !configuration.isSkipDefaultResolvers() && configuration.getResourceProvider() == null
				&& configuration.getJavaMigrationClassProvider() == null
				&& !configuration.getSqlMigrationPrefix().equals(configuration.getRepeatableSqlMigrationPrefix())
				&& FlywayInternals.plugins(configuration, MigrationResolver.class)
					.stream()
					.allMatch((resolver) -> isForOtherFiles(resolver, configuration));
	}

	/**
	 * Flyway has one for the files from which a new schema starts.
	 */
	private static boolean isForOtherFiles(MigrationResolver resolver, Configuration configuration) {
		return resolver.getClass() == BaselineMigrationResolver.class
				&& !configuration.getSqlMigrationPrefix().equals(resolver.getPrefix(configuration));
	}

	private static Optional<Map<String, Content>> read(Configuration configuration) {
		ResourceProvider scanner = CallbackScripts.migrations(configuration);
		String prefix = configuration.getSqlMigrationPrefix();
		Collection<LoadableResource> files = scanner.getResources(prefix, configuration.getSqlMigrationSuffixes());
		if (files.isEmpty() || files.size() != scanner.getResources("", ANY_SUFFIX).size()) {
			return Optional.empty();
		}
		SortedMap<MigrationVersion, Map.Entry<String, Content>> contents = new TreeMap<>();
		Function<String, Optional<FileName>> names = FlywayInternals.fileNames(configuration);
		for (LoadableResource file : files) {
			FileName name = names.apply(file.getFilename()).orElse(null);
			if (name == null || !prefix.equals(name.prefix()) || name.version() == null
					|| contents.put(name.version(), row(name, file)) != null) {
				return Optional.empty();
			}
		}
		Map<String, Content> sorted = new LinkedHashMap<>();
		contents.values().forEach((one) -> sorted.put(one.getKey(), one.getValue()));
		return Optional.of(sorted);
	}

	private static Map.Entry<String, Content> row(FileName name, LoadableResource file) {
		return Map.entry(ExpectedHistory.key(String.valueOf(name.version()), name.description()),
				new Content(FlywayInternals.checksum(file), CoreMigrationType.SQL.name()));
	}

}

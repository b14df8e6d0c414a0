package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * Where Flyway looks for callback scripts such as {@code afterMigrate.sql}, and what they
 * are called. Flyway's own scanner is used, to find what Flyway finds.
 */
final class CallbackScripts {

	/** The suffixes of programs, which Flyway runs as callbacks, too. */
	private static final List<String> PROGRAMS = List.of(".cmd", ".bat", ".ps1", ".py", ".sh", ".bash");

	/** The ids in lower case, kept because each script is compared with all of them. */
	private static final Map<Event, String> IDS = new EnumMap<>(Event.class);

	static {
		for (Event event : Event.values()) {
			IDS.put(event, event.getId().toLowerCase(Locale.ROOT));
		}
	}

	private CallbackScripts() {
	}

	/**
	 * Return the events for which there are scripts.
	 */
	static Stream<Event> events(Configuration configuration) {
		Stream<String> sql = configuration.isSkipDefaultCallbacks() ? Stream.empty()
				: Stream.of(configuration.getSqlMigrationSuffixes());
		return callbacks(configuration).getResources("", Stream.concat(sql, PROGRAMS.stream()).toArray(String[]::new))
			.stream()
			.flatMap((resource) -> event(resource, configuration).stream());
	}

	static boolean haveOwnLocations(Configuration configuration) {
		return configuration.getCallbackLocations().length > 0;
	}

	static ResourceProvider callbacks(Configuration configuration) {
		Location[] own = configuration.getCallbackLocations();
		return (own.length > 0) ? scan(configuration, Arrays.stream(own).filter(CallbackScripts::exists))
				: migrations(configuration);
	}

	static ResourceProvider migrations(Configuration configuration) {
		ResourceProvider provider = configuration.getResourceProvider();
		return (provider != null) ? provider : scan(configuration, Arrays.stream(configuration.getLocations()));
	}

	/**
	 * Return the migrations, without letting Flyway log an error for each missing folder.
	 */
	static ResourceProvider existingMigrations(Configuration configuration) {
		ResourceProvider provider = configuration.getResourceProvider();
		return (provider != null) ? provider
				: scan(configuration, Arrays.stream(configuration.getLocations()).filter(CallbackScripts::exists));
	}

	private static ResourceProvider scan(Configuration configuration, Stream<Location> locations) {
		return FlywayInternals.scan(configuration, locations);
	}

	private static boolean exists(Location location) {
		return !FlywayInternals.isFileSystem(location) || Files.exists(Path.of(location.getRootPath()));
	}

	static Optional<Event> event(LoadableResource resource, Configuration configuration) {
		String name = resource.getFilename().toLowerCase(Locale.ROOT);
		String separator = configuration.getSqlMigrationSeparator().toLowerCase(Locale.ROOT);
		for (Map.Entry<Event, String> event : IDS.entrySet()) {
			String id = event.getValue();
			if (name.startsWith(id) && (name.startsWith(".", id.length()) || name.startsWith(separator, id.length()))) {
				return Optional.of(event.getKey());
			}
		}
		return Optional.empty();
	}

}

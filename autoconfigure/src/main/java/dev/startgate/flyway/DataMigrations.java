package dev.startgate.flyway;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.flyway.DataHistoryException.Problem;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resolver.MigrationResolver;

/**
 * The second history of an application: migrations of the data in its tables. They run
 * after the migrations of the schema, under the same lock.
 */
public final class DataMigrations {

	/** The name that tells them from the schema's in the event and in the log. */
	static final FlywayName NAME = new FlywayName("data", "data ", "data ");

	private final List<String> locations;

	private final String table;

	private final Preconditions preconditions;

	private final boolean anyBeans;

	private final Supplier<List<JavaMigration>> beans;

	private final Predicate<String> schema;

	/**
	 * Create the data migrations of an application.
	 * @param locations where they are, as Flyway's locations
	 * @param table the name of their history table
	 * @param preconditions checked before them
	 * @param anyBeans whether some of them are beans
	 * @param beans creates these beans
	 * @param schema tells by the name of a Flyway bean whether they belong to its schema;
	 * asked only if there are any
	 */
	public DataMigrations(List<String> locations, String table, Preconditions preconditions, boolean anyBeans,
			Supplier<List<JavaMigration>> beans, Predicate<String> schema) {
		this.locations = List.copyOf(locations);
		this.table = table;
		this.preconditions = preconditions;
		this.anyBeans = anyBeans;
		this.beans = beans;
		this.schema = schema;
	}

	/**
	 * Return whether there are data migrations that belong to a Flyway bean.
	 */
	boolean follow(String flyway) {
		return (this.anyBeans || !this.locations.isEmpty()) && this.schema.test(flyway);
	}

	/**
	 * Return whether some of them are beans, which need the whole application.
	 */
	boolean needBeans() {
		return this.anyBeans;
	}

	/**
	 * Return their history, if they belong to a Flyway bean.
	 */
	Optional<NoteKeys> history(String flyway, Configuration application) {
		return follow(flyway) ? Optional.of(NoteKeys.of(application, this.table)) : Optional.empty();
	}

	Preconditions preconditions() {
		return this.preconditions;
	}

	/**
	 * Make sure, before anything is run, that they share no table and no folder with the
	 * schema. If the application finds the schema's migrations by its own means, folders
	 * are not compared.
	 * @throws DataHistoryException if they share one
	 */
	void check(Configuration application) {
		if (this.table.equals(application.getTable())) {
			throw new DataHistoryException(Problem.SAME_TABLE,
					"Data migrations need a history of their own, and not the table '%s', ".formatted(this.table)
							+ "which is that of the schema",
					this.table, application.getTable());
		}
		if (!application.isSkipDefaultResolvers() && application.getResourceProvider() == null) {
			for (String location : this.locations) {
				Stream.of(application.getLocations()).forEach((schema) -> check(location, schema));
			}
		}
	}

	private static void check(String location, Location schema) {
		Location data = new FluentConfiguration().locations(location).getLocations()[0];
		String how = data.equals(schema) ? "is"
				: isWithin(data, schema) ? "is inside" : isWithin(schema, data) ? "is around" : null;
		if (how != null) {
			throw new DataHistoryException(Problem.SAME_FOLDER,
					"Data migrations need folders of their own: '%s' %s '%s', ".formatted(location, how, schema)
							+ "which is that of the schema, so that one history would get the files of the other",
					location, schema.toString());
		}
	}

	private static boolean isWithin(Location inner, Location outer) {
		return inner.getPrefix().equals(outer.getPrefix()) && inner.getPathRegex() == null
				&& outer.getPathRegex() == null && path(inner).startsWith(path(outer));
	}

	private static Path path(Location location) {
		return Path.of(FlywayInternals.isClassPath(location) ? "/" + location.getRootPath() : location.getRootPath())
			.toAbsolutePath()
			.normalize();
	}

	/**
	 * Return a Flyway for them. It works in the same schema as the schema's Flyway, with
	 * the same placeholders and rules, but calls only callbacks for connections. Since
	 * the schema is not empty by then, the history begins with a baseline before the
	 * first version.
	 */
	Flyway flyway(Configuration application) {
		Flyway flyway = MigrateCallbacks.copy(application);
		ClassicConfiguration configuration = MigrateCallbacks.configuration(flyway);
		configuration.setTable(this.table);
		configuration.setLocationsAsStrings(this.locations.toArray(String[]::new));
		configuration.setJavaMigrations(this.beans.get().toArray(JavaMigration[]::new));
		configuration.setResolvers(new MigrationResolver[0]);
		configuration.setSkipDefaultResolvers(false);
		configuration.setCallbackLocations();
		configuration.setResourceProvider(null);
		configuration.setJavaMigrationClassProvider(null);
		configuration.setCallbacks(MigrateCallbacks.only(application, MigrateCallbacks.CONNECT::contains));
		configuration.setSkipDefaultCallbacks(true);
		configuration.setTarget(MigrationVersion.LATEST);
		configuration.setBaselineOnMigrate(true);
		configuration.setBaselineVersion(MigrationVersion.fromVersion("0"));
		return flyway;
	}

}

package dev.startgate.autoconfigure;

import java.util.List;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for the second history: migrations of what is in the tables.
 *
 * @param locations Locations of the data migrations, written as those of Flyway. They run
 * after those of the schema, under the same lock.
 * @param table Name of the history table of the data migrations.
 * @param preconditions Locations of the SQL files that are asked just before the data
 * migration whose version they have.
 */
record DataMigrationsProperties(@DefaultValue List<String> locations, @DefaultValue("flyway_data_history") String table,
		@DefaultValue("classpath:db/data-preconditions") List<String> preconditions) {

	static final DataMigrationsProperties DEFAULTS = new DataMigrationsProperties(List.of(), "flyway_data_history",
			List.of("classpath:db/data-preconditions"));

	DataMigrationsProperties {
		Checks.isTrue(!table.isBlank(), "startgate.data-migrations.table", table, "the name of a table");
		PreconditionsProperties.check("startgate.data-migrations.preconditions", preconditions);
	}

}

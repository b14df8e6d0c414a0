package dev.startgate.autoconfigure;

import java.util.List;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for preconditions of single migrations.
 *
 * @param locations Locations of the SQL files that are asked just before the migration
 * whose version they have, written as those of Flyway.
 */
record PreconditionsProperties(@DefaultValue("classpath:db/preconditions") List<String> locations) {

	static final PreconditionsProperties DEFAULTS = new PreconditionsProperties(List.of("classpath:db/preconditions"));

	PreconditionsProperties {
		check("startgate.preconditions.locations", locations);
	}

	static void check(String property, List<String> locations) {
		for (String location : locations) {
			Checks.isTrue(location.matches("(classpath:|filesystem:)[^*]+"), property, location,
					"a folder that begins with 'classpath:' or 'filesystem:'");
		}
	}

}

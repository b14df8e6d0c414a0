package dev.startgate.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.flywaydb.core.Flyway;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What is in a database: its schema and its rows, without the tables of Flyway and of
 * Startgate.
 *
 * @param lines one line for each part of the schema and for each row
 */
record Content(List<String> lines) {

	private static final int SHOWN = 6;

	private static final String FLYWAY = "spring.flyway.";

	/**
	 * Read the content of a database. An object that a session drops meanwhile has no
	 * description, and is left out.
	 */
	static Content of(ChaosDatabase database, String name) {
		JdbcTemplate jdbc = database.jdbc(name);
		return new Content(Stream
			.concat(database.schema(name)
				.stream()
				.filter(Objects::nonNull)
				.map((line) -> line.strip().replaceFirst(",$", "")),
					database.tables(name)
						.stream()
						.filter(Content::isOfApplication)
						.flatMap((table) -> jdbc.queryForList("select * from " + table)
							.stream()
							.map((row) -> table + " " + row)))
			.filter(Content::isOfApplication)
			.sorted()
			.toList());
	}

	private static boolean isOfApplication(String text) {
		return !text.contains("startgate_") && !text.contains("flyway_schema_history");
	}

	/**
	 * Run the migrations with Flyway alone, and without any disturbance.
	 */
	static Content undisturbed(ChaosDatabase database) {
		String name = "undisturbed_" + Long.toString(System.nanoTime() & 0xFFFFFF, 36);
		database.create(name);
		Map<String, String> properties = new HashMap<>();
		database.properties(name).stream().filter((property) -> property.startsWith(FLYWAY)).forEach((property) -> {
			String[] parts = property.substring("spring.".length()).split("=", 2);
			properties.put(parts[0], parts[1]);
		});
		properties.put("flyway.postgresql.transactional.lock", "false");
		Flyway.configure()
			.dataSource(Objects.requireNonNull(database.jdbc(name).getDataSource()))
			.javaMigrations(new V3__Insert_in_steps())
			.configuration(properties)
			.load()
			.migrate();
		return of(database, name);
	}

	/**
	 * Return what differs from another content, in words.
	 */
	List<String> differencesTo(Content other) {
		List<String> more = new ArrayList<>(this.lines);
		List<String> less = new ArrayList<>(other.lines);
		other.lines.forEach(more::remove);
		this.lines.forEach(less::remove);
		return Stream
			.concat(more.stream().limit(SHOWN).map((line) -> "DIFFERS: it has " + line),
					less.stream().limit(SHOWN).map((line) -> "DIFFERS: it lacks " + line))
			.toList();
	}

}

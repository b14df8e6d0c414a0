package dev.startgate.documentation;

import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Executes a block of SQL on a database of its own.
 */
final class DatabaseBlock {

	private DatabaseBlock() {
	}

	/**
	 * Execute a block as its mark says.
	 */
	static void execute(Block block) throws Exception {
		switch (block.mark()) {
			case "run: postgresql" -> onPostgreSql(block, false);
			case "run: postgresql after tables" -> onPostgreSql(block, true);
			case "run: mariadb" -> onMariaDb(block);
			default -> throw new IllegalStateException(
					"Nothing says where this is to be run: '" + block.mark() + "', see the page of the tests");
		}
	}

	/**
	 * Execute a block on PostgreSQL. If it comes after tables, those of Flyway, of
	 * Startgate and of the sample exist already.
	 */
	private static void onPostgreSql(Block block, boolean afterTables) {
		PostgresDatabase database = PostgresDatabase.create();
		if (afterTables) {
			TestApplication
				.start(database, "spring.flyway.target=3",
						"spring.flyway.locations=filesystem:../sample-app/src/main/resources/db/migration")
				.close();
		}
		List<String> users = List.of("parcels", "parcels_app", "parcels_migrator", "parcels_worker");
		JdbcTemplate server = PostgresDatabase.create().jdbc();
		try {
			users.stream()
				.filter((user) -> !block.text().contains("create role " + user + " "))
				.forEach((user) -> server.execute("create role " + user));
			statements(block).forEach(database.jdbc()::execute);
		}
		finally {
			server.execute("drop database " + database.name() + " with (force)");
			users.forEach((user) -> server.execute("drop role if exists " + user));
		}
	}

	private static void onMariaDb(Block block) throws Exception {
		JdbcTemplate server = MariaDbDatabase.jdbc(MariaDbDatabase.create());
		MariaDbDatabase.askForGrants();
		server.execute("create or replace database parcels");
		server.execute("create table parcels.parcel (id bigint primary key)");
		statements(block).forEach(server::execute);
	}

	private static Stream<String> statements(Block block) {
		return Stream.of(block.text().replaceAll("(?m)^--.*$", "").split(";"))
			.map(String::strip)
			.filter((statement) -> !statement.isEmpty());
	}

}

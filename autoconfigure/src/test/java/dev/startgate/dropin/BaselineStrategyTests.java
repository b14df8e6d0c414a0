package dev.startgate.dropin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration strategy that makes a baseline leaves the same history as in plain Boot.
 */
@Tag("long")
class BaselineStrategyTests {

	static Stream<Arguments> strategiesAndDatabases() {
		return Stream.of(Strategy.values())
			.flatMap((strategy) -> Stream.of("postgresql", "mariadb", "h2")
				.map((database) -> Arguments.of(strategy, database)));
	}

	@ParameterizedTest
	@MethodSource("strategiesAndDatabases")
	void ofASchemaWithTables(Strategy strategy, String name) {
		Comparison.sameAsPlainBoot((application) -> {
			Database database = Database.of(name, application);
			database.jdbc().execute("create table parcel (id int)");
			return startTwice(application.with(strategy), database);
		}).hasSizeBetween(2, 3).anySatisfy((row) -> assertThat(row).contains("<< Flyway Baseline >>", "version=1"));
	}

	@ParameterizedTest
	@MethodSource("strategiesAndDatabases")
	void ofAnEmptySchema(Strategy strategy, String name) {
		Comparison
			.sameAsPlainBoot(
					(application) -> startTwice(application.with(strategy).with("spring.flyway.baseline-version=0"),
							Database.of(name, application)))
			.hasSizeBetween(3, 4)
			.anySatisfy((row) -> assertThat(row).contains("<< Flyway Baseline >>"));
	}

	@ParameterizedTest
	@MethodSource("strategiesAndDatabases")
	void ofASchemaThatIsCreated(Strategy strategy, String name) {
		Comparison.sameAsPlainBoot((application) -> {
			String schema = "created_" + UUID.randomUUID().toString().replace('-', '_');
			Database database = Database.of(name, application);
			return startTwice(
					application.with(strategy)
						.with("spring.flyway.schemas=" + schema, "spring.flyway.baseline-version=0"),
					new Database(database.jdbc(), database.quote() + schema + database.quote() + ".", database.quote()))
				.stream()
				.map((row) -> row.replace(schema, "schema"))
				.toList();
		})
			.anySatisfy((row) -> assertThat(row).contains("<< Flyway Schema Creation >>"))
			.anySatisfy((row) -> assertThat(row).contains("<< Flyway Baseline >>"));
	}

	@Test
	void withBaselineOnMigrate() {
		Comparison.sameAsPlainBoot((application) -> {
			Database database = Database.of("postgresql", application);
			database.jdbc().execute("create table parcel (id int)");
			return startTwice(application.with(Strategy.BASELINE).with("spring.flyway.baseline-on-migrate=true"),
					database);
		}).hasSize(2);
	}

	@Test
	void withoutOneASchemaWithTablesIsRefused() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create table parcel (id int)");
			List<String> failures = application.with(Flyway::migrate).start();
			assertThat(application.tables()).containsExactly("public.parcel of postgres");
			return failures;
		}).last().asString().contains("Found non-empty schema(s)");
	}

	@Test
	void afterMigrationsIsRefused() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			List<String> observed = new ArrayList<>(application.with(Strategy.BASELINE).start());
			observed.addAll(application.history());
			return observed;
		}).hasSizeGreaterThan(2).anySatisfy((row) -> assertThat(row).contains("already contains migrations"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isMadeByOneReplicaOfAFleet(boolean empty, @TempDir Path directory) throws Exception {
		PostgresDatabase database = PostgresDatabase.create();
		if (!empty) {
			database.jdbc().execute("create table legacy (id int)");
		}
		List<ReplicaProcess> fleet = new ArrayList<>();
		try {
			for (int number = 1; number <= 3; number++) {
				fleet.add(ReplicaProcess.start(directory, Replica.class, Stream
					.concat(Stream.of(database.properties()),
							Stream.of("startgate.mode=migrate-and-exit", "startgate.replica-name=r" + number,
									"spring.flyway.baseline-version=0", "spring.flyway.locations=classpath:db/jpa"))
					.toList()));
			}
			for (ReplicaProcess replica : fleet) {
				assertThat(replica.awaitExit(PATIENCE)).as(replica::log).isZero();
			}
			assertThat(fleet)
				.filteredOn((replica) -> replica.log().contains("Creating Schema History table")
						&& replica.log().contains("with baseline"))
				.hasSize(1);
			assertThat(database.history()).containsExactly("0", "1");
		}
		finally {
			fleet.forEach(ReplicaProcess::close);
		}
	}

	private static List<String> startTwice(Application application, Database database) {
		assertThat(application.start()).isEmpty();
		assertThat(application.start()).isEmpty();
		return database.history();
	}

	/**
	 * A database, and how the test reads its history.
	 *
	 * @param jdbc reads the database
	 * @param schema the prefix of a table name
	 * @param quote the quote on each side of a table name
	 */
	private record Database(JdbcTemplate jdbc, String schema, String quote) {

		static Database of(String name, Application application) {
			return switch (name) {
				case "mariadb" -> use(application, MariaDbDatabase.create(), "root", "`");
				case "h2" -> use(application, "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "\"");
				default -> new Database(application.jdbc(), "", "\"");
			};
		}

		private static Database use(Application application, String url, String user, String quote) {
			application.with("spring.datasource.url=" + url, "spring.datasource.username=" + user);
			return new Database(new JdbcTemplate(new DriverManagerDataSource(url, user, "")), "", quote);
		}

		List<String> history() {
			String table = this.schema + this.quote + "flyway_schema_history" + this.quote;
			return this.jdbc.queryForList("select * from " + table + " order by 1").stream().map((row) -> {
				row.keySet().removeIf((column) -> column.matches("(?i)installed_on|execution_time"));
				return row;
			}).map(Map::toString).toList();
		}

	}

	static class Replica {

		public static void main(String[] args) {
			SpringApplication.run(new Class<?>[] { TestApplication.class, Baseline.class }, args);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Baseline {

		@Bean
		FlywayMigrationStrategy strategy() {
			return Strategy.BASELINE;
		}

	}

	enum Strategy implements FlywayMigrationStrategy {

		BASELINE {

			@Override
			public void migrate(Flyway flyway) {
				flyway.baseline();
				flyway.migrate();
			}

		},

		BASELINE_WITHOUT_CURRENT {

			@Override
			public void migrate(Flyway flyway) {
				if (flyway.info().current() == null) {
					flyway.baseline();
				}
				flyway.migrate();
			}

		},

		BASELINE_OF_A_COPY {

			@Override
			public void migrate(Flyway flyway) {
				BASELINE.migrate(Flyway.configure().configuration(flyway.getConfiguration()).load());
			}

		}

	}

}

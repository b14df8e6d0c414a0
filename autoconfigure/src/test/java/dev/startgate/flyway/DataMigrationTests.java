package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.DataMigration;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.SchemaChangedEvent;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.internal.scanner.Scanner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Data migrations, which have a second history of their own.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class DataMigrationTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		Files.createDirectories(this.directory.resolve("checks"));
		write("schema", "V1__create_parcel.sql", "create table parcel as select id, null::text as zone"
				+ " from generate_series(1, 12) as id;\ncreate table step (name text, at int generated always as identity)");
		write("data", "V1__fill_zone.sql", "update parcel set zone = 'north';\ninsert into step values ('data 1')");
	}

	@Test
	void theyFollowTheSchemaUnderTheSameLock() throws IOException {
		runner().withUserConfiguration(Listener.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Listener.class).event.migrated()).extracting(Migrated::flyway)
				.containsExactly("flyway", "data");
			assertThat(context.getBean(Listener.class).event.migrated().get(1).applied()).singleElement()
				.matches((applied) -> "1".equals(applied.version()) && applied.description().equals("fill zone"));
		});
		assertThat(this.jdbc.queryForList("select distinct zone from parcel", String.class)).containsExactly("north");
		assertThat(this.database.history()).containsExactly("1");
		assertThat(dataHistory()).containsExactly("0", "1");
		assertThat(this.database.generation()).as("one critical section").isEqualTo(1);
		write("schema", "V2__require_zone.sql", "alter table parcel alter column zone set not null");
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.generation()).isEqualTo(2);
		runner().run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.generation()).as("nothing to do, no lock").isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "before-beans", "after-web-server" })
	void beansMayUseTheApplicationAndRunBeforeItIsOpen(String timing) {
		runner().withUserConfiguration(Application.class)
			.withPropertyValues("startgate.timing=" + timing)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				for (ApplicationRunner runner : context.getBeansOfType(ApplicationRunner.class).values()) {
					runner.run(null);
				}
			});
		assertThat(this.jdbc.queryForList("select name from step order by at", String.class)).containsExactly("data 1",
				"data 2 by a repository", "metadata", "runner");
		assertThat(this.database.history()).containsExactly("1");
		assertThat(dataHistory()).containsExactly("0", "1", "2");
		assertThat(this.database.generation()).isEqualTo(timing.equals("before-beans") ? 3 : 1);
		runner().withUserConfiguration(Application.class)
			.withPropertyValues("startgate.timing=" + timing)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.generation()).as("nothing to do, no lock")
			.isEqualTo(timing.equals("before-beans") ? 3 : 1);
	}

	@Test
	void severalReplicasRunEachOnce() throws IOException {
		write("data", "V2__slowly.sql", "select pg_sleep(1);\ninsert into step values ('data 2')");
		List<StartingReplica> replicas = Stream.generate(this::start).limit(3).toList();
		replicas.forEach((replica) -> assertThat(replica.started()).succeedsWithin(PATIENCE));
		replicas.forEach(StartingReplica::close);
		assertThat(this.jdbc.queryForList("select name from step order by at", String.class)).containsExactly("data 1",
				"data 2");
		assertThat(dataHistory()).containsExactly("0", "1", "2");
	}

	@Test
	void aStrategyIsNotRepeatedWhenOnlyTheDataFailForAReasonThatPasses() throws IOException {
		this.jdbc.execute("create sequence attempt");
		write("data", "V2__fail_once.sql", "do $$ begin if nextval('attempt') = 1 then"
				+ " raise exception 'once' using errcode = '40001'; end if; end $$");
		AtomicInteger runs = new AtomicInteger();
		runner()
			.withPropertyValues("startgate.retry.delay=10ms", "spring.flyway.baseline-on-migrate=true",
					"spring.flyway.baseline-version=0")
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				runs.incrementAndGet();
				flyway.migrate();
			})
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForObject("select last_value from attempt", Long.class)).isEqualTo(2);
		assertThat(runs).hasValue(1);
		assertThat(dataHistory()).containsExactly("0", "1", "2");
	}

	@Test
	void whoWaitsWaitsForThemToo(CapturedOutput output) throws IOException {
		String[] without = { "spring.flyway.locations=filesystem:" + this.directory.resolve("schema") };
		try (StartingReplica waiting = start("startgate.mode=wait")) {
			StartingReplica.of(this.database.properties(), without).started().join().close();
			waiting.awaitState(GateState.WAITING);
			Awaitility.await()
				.untilAsserted(() -> assertThat(waiting.gate().snapshot().unsettled()).singleElement()
					.matches((one) -> String.valueOf(one).contains("data V1")));
			start().started().join().close();
			assertThat(waiting.started()).succeedsWithin(PATIENCE);
		}
		assertThat(output).contains("data V1 'fill zone' (Pending)");
	}

	@Test
	void oneThatFailsLeavesTheSchemaAsItIsAndIsNamed(CapturedOutput output) throws IOException {
		write("data", "V2__wrong.sql", "insert into step values ('data 2');\nselect 1 / 0");
		assertThat(catchThrowable(() -> start().started().join())).isNotNull();
		assertThat(output).contains("Data migration V2 'wrong' (V2__wrong.sql, line 2) failed");
		assertThat(this.database.history()).containsExactly("1");
		assertThat(dataHistory()).containsExactly("0", "1");
		write("data", "V2__wrong.sql", "insert into step values ('data 2')");
		try (StartingReplica replica = start()) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
		assertThat(this.jdbc.queryForList("select name from step order by at", String.class)).containsExactly("data 1",
				"data 2");
	}

	/**
	 * If Flyway's lock is held in a transaction, the row of the failure is rolled back
	 * with it.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void oneThatFailsOutsideATransactionIsNoInterruption(boolean byTransaction, CapturedOutput output)
			throws IOException {
		write("data", "V2__zone.sql", "insert into step values ('half');\nselect zne from parcel");
		write("data", "V2__zone.sql.conf", "executeInTransaction=false");
		String lock = "spring.flyway.postgresql.transactional-lock=" + byTransaction;
		assertThat(catchThrowable(() -> start(lock).started().join())).isNotNull();
		assertThat(output.toString().split("APPLICATION FAILED TO START")[1])
			.contains("Data migration V2 'zone' (V2__zone.sql, line 2) failed: ERROR: column \"zne\" does not exist",
					"(SQLSTATE 42703)", "a part of it may be applied")
			.doesNotContain("was interrupted", "Nothing was run");
		assertThat(this.jdbc.queryForList("select kind from startgate_record where kind = 'intent'"))
			.hasSize(byTransaction ? 1 : 0);
		assertThat(catchThrowable(() -> start(lock).started().join())).isNotNull();
		assertThat(this.jdbc.queryForList("select name from step", String.class)).containsExactly("data 1", "half");
		if (byTransaction) {
			assertThat(output.toString().split("APPLICATION FAILED TO START")[2]).contains(
					"Data migration V2 'zone' (V2__zone.sql, line 2) failed on replica '", "(SQLSTATE 42703)",
					"Nothing was run");
		}
	}

	@Test
	void theyAreOnlyWhereTheyAreConfigured() {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		MigrationResolver resolver = (context) -> {
			asked.add(context.configuration.getTable());
			return List.of();
		};
		runner()
			.withBean(FlywayConfigurationCustomizer.class, () -> (configuration) -> configuration
				.resourceProvider(new Scanner<>(JavaMigration.class, configuration, configuration.getLocations()))
				.javaMigrationClassProvider(() -> List.of(V5__Of_a_provider.class))
				.resolvers(resolver))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.history()).containsExactly("1", "5");
		assertThat(dataHistory()).containsExactly("0", "1");
		assertThat(asked).containsExactly("flyway_schema_history");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.flyway.skip-default-callbacks=false", "spring.flyway.callback-locations=" })
	void theyHaveNoCallbackScripts(String property) throws IOException {
		write("data", "afterMigrate.sql", "insert into step values ('callback')");
		String location = property.endsWith("=") ? "filesystem:" + this.directory.resolve("data") : "";
		runner().withPropertyValues(property + location).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.jdbc.queryForList("select name from step where name <> 'callback'", String.class))
			.containsExactly("data 1");
		assertThat(this.jdbc.queryForList("select name from step where name = 'callback'")).as("that of the schema")
			.hasSize(location.isEmpty() ? 0 : 1);
	}

	@Test
	void theyAreFoundAlsoIfTheSchemaHasResolversOfItsOwn() {
		this.jdbc.execute("create table parcel (id int, zone text)");
		this.jdbc.execute("create table step (name text)");
		runner()
			.withPropertyValues("spring.flyway.skip-default-resolvers=true", "spring.flyway.baseline-on-migrate=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(dataHistory()).containsExactly("0", "1");
	}

	/**
	 * The notes are not in the schema that is cleaned.
	 */
	@Test
	void whatWasInterruptedIsForgottenWhenTheSchemaIsCleaned() {
		this.jdbc.execute("create schema notes");
		ApplicationContextRunner runner = runner().withPropertyValues("startgate.tables.schema=notes");
		runner.run((context) -> assertThat(context).hasNotFailed());
		this.jdbc.update("insert into notes.startgate_record"
				+ " (lock_name, kind, item, generation, replica, detail, recorded_at)"
				+ " select lock_name, kind, 'flyway_data_history V1', 1, 'killed', 'version: 1', now()"
				+ " from (values ('intent'), ('position'), ('script')) as k (kind),"
				+ " (select lock_name from notes.startgate_record where kind = 'fence') as l");
		this.jdbc.update("delete from flyway_data_history where version = '1'");
		runner.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(InterruptedMigrationException.class));
		runner.withPropertyValues("spring.flyway.clean-disabled=false")
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				flyway.clean();
				flyway.migrate();
				assertThat(this.jdbc.queryForList("select kind from notes.startgate_record where item like '%_data_%'"))
					.isEmpty();
			})
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(dataHistory()).containsExactly("0", "1");
	}

	@Test
	void aFlywayBeanOfTheirNameIsNotTakenForThem() {
		runner().withUserConfiguration(NamedData.class, Listener.class)
			.withPropertyValues("startgate.metadata.watch-schema=true", "startgate.metadata.watch-interval=100ms")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(StartupGate.class).snapshot().steps()).extracting(Step::name)
					.contains("migrate V1 create parcel", "migrate data V1 fill zone");
				this.jdbc.update("insert into flyway_schema_history select 2, '2', description, type, script,"
						+ " checksum, installed_by, now(), 1, true from flyway_schema_history");
				Awaitility.await().until(() -> context.getBean(Listener.class).changed != null);
				assertThat(context.getBean(Listener.class).changed.version()).isEqualTo("2");
			});
	}

	@Test
	void anOlderReplicaLeavesRepeatableOnesIfTheSchemaIsNewer(CapturedOutput output) throws IOException {
		write("schema", "V2__add_weight.sql", "alter table parcel add weight int");
		write("data", "R__zone.sql", "update parcel set zone = 'new'");
		start().started().join().close();
		Files.delete(this.directory.resolve("schema/V2__add_weight.sql"));
		write("data", "R__zone.sql", "update parcel set zone = 'old'");
		start().started().join().close();
		start("startgate.mode=wait").started().join().close();
		assertThat(this.jdbc.queryForList("select distinct zone from parcel", String.class)).containsExactly("new");
		assertThat(output).contains("Left as newer replicas have applied them: data [R 'zone']. This replica is older,"
				+ " as it does not bring every version of the schema");
		start("startgate.repeatable.apply-older=true").started().join().close();
		assertThat(this.jdbc.queryForList("select distinct zone from parcel", String.class)).as("the control arm")
			.containsExactly("old");
	}

	@Test
	void theyHavePreconditionsOfTheirOwn() throws IOException {
		write("checks", "V1__every_parcel_has_a_number.sql", "select id from parcel where id > 10");
		try (StartingReplica replica = start("startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("Data migration V", "'every parcel has a number'",
					"has 2 violations");
			assertThat(this.database.history()).containsExactly("1");
			this.jdbc.update("delete from parcel where id > 10");
			assertThat(replica.started()).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void aPreconditionInTheFolderOfTheSchemaIsWarnedOf(CapturedOutput output) throws IOException {
		start("startgate.data-migrations.locations=").started().join().close();
		write("schema-checks", "V1__every_parcel_has_a_zone.sql", "select id from parcel where zone is null");
		String checks = "startgate.preconditions.locations=filesystem:" + this.directory + "/schema-checks";
		start(checks).started().join().close();
		assertThat(output).containsOnlyOnce("Precondition 'every parcel has a zone' (")
			.containsPattern("V1__every_parcel_has_a_zone.sql.*\\) is not asked: V1 of the schema is applied. If it is"
					+ " meant for the data migration V1 'fill zone', which is pending, move it to filesystem:.*/checks");
		write("schema", "V2__split.sql", "alter table parcel add street text");
		write("data", "V2__fill_street.sql", "update parcel set street = 'x'");
		write("schema-checks", "V2__any_parcel.sql", "select 1 where not exists (select from parcel)");
		start(checks).started().join().close();
		assertThat(output).doesNotContain("'any parcel'").containsOnlyOnce("Precondition 'every parcel has a zone' (");
	}

	@Test
	void oneWhoseBeanDoesNotTellIsRefusedAndWithoutStartgateNoneRuns() {
		runner().withBean(Steps.class, () -> new Steps(this.jdbc))
			.withBean(JavaMigration.class, () -> new V2__By_a_repository(new Steps(this.jdbc)))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("was given to the Flyway of a schema"));
		runner().withUserConfiguration(Application.class)
			.withPropertyValues("startgate.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.database.history()).containsExactly("1");
		assertThat(this.jdbc.queryForObject("select count(*) from step", Long.class)).isZero();
	}

	@Test
	void aTableOrAFlywayThatIsNotClearIsNamed(CapturedOutput output) {
		assertThat(
				catchThrowable(() -> start("startgate.data-migrations.table=flyway_schema_history").started().join()))
			.rootCause()
			.isInstanceOf(DataHistoryException.class);
		assertThat(output).contains("not the table 'flyway_schema_history'");
		assertThat(this.jdbc.queryForObject("select to_regclass('flyway_schema_history')::text", String.class))
			.isNull();
		runner().withUserConfiguration(Application.class)
			.withPropertyValues("startgate.data-migrations.table=flyway_schema_history")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("not the table"));
		assertThat(this.jdbc.queryForObject("select to_regclass('flyway_schema_history')::text", String.class))
			.as("found at once, also where they are beans that come later")
			.isNull();
		runner().withUserConfiguration(TwoFlyways.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("to which of the Flyways they belong: one, other"));
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues(locations());
	}

	private StartingReplica start(String... properties) {
		return StartingReplica.of(this.database.properties(), TestApplication.join(locations(), properties));
	}

	private String[] locations() {
		String root = "filesystem:" + this.directory;
		return new String[] { "spring.flyway.locations=" + root + "/schema",
				"startgate.data-migrations.locations=" + root + "/data",
				"startgate.data-migrations.preconditions=" + root + "/checks" };
	}

	private List<String> dataHistory() {
		return this.jdbc.queryForList("select version from flyway_data_history order by installed_rank", String.class);
	}

	private void write(String folder, String file, String sql) throws IOException {
		Files.writeString(Files.createDirectories(this.directory.resolve(folder)).resolve(file), sql);
	}

	static class Listener {

		private MigrationsCompletedEvent event;

		private volatile SchemaChangedEvent changed;

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			this.event = event;
		}

		@EventListener
		void changed(SchemaChangedEvent event) {
			this.changed = event;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoFlyways {

		@Bean(initMethod = "migrate")
		Flyway one(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).load();
		}

		@Bean(initMethod = "migrate")
		Flyway other(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).table("other").load();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedData {

		@Bean(initMethod = "migrate")
		Flyway data(DataSource dataSource, Environment environment) {
			return Flyway.configure()
				.dataSource(dataSource)
				.locations(environment.getProperty("spring.flyway.locations"))
				.load();
		}

	}

	public static final class V5__Of_a_provider extends BaseJavaMigration {

		@Override
		public void migrate(Context context) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Steps steps(JdbcTemplate jdbc) {
			return new Steps(jdbc);
		}

		@Bean
		V2__By_a_repository byARepository(Steps steps) {
			return new V2__By_a_repository(steps);
		}

		@Bean
		MetadataSource metadata() {
			return new Metadata();
		}

		@Bean
		ApplicationRunner runner(Steps steps) {
			return (arguments) -> steps.add("runner");
		}

	}

	static class Steps {

		private final JdbcTemplate jdbc;

		Steps(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		void add(String name) {
			this.jdbc.update("insert into step values (?)", name);
		}

	}

	@DataMigration
	static class V2__By_a_repository extends BaseJavaMigration {

		private final Steps steps;

		V2__By_a_repository(Steps steps) {
			this.steps = steps;
		}

		@Override
		public void migrate(Context context) {
			this.steps.add("data 2 by a repository");
		}

	}

	static class Metadata implements MetadataSource {

		@Override
		public String name() {
			return "engine";
		}

		@Override
		public String version() {
			return "1";
		}

		@Override
		public void apply(Connection connection) throws Exception {
			try (var statement = connection.createStatement()) {
				statement.execute("insert into step values ('metadata')");
			}
		}

		@Override
		public Settlement settled() {
			return Settlement.done();
		}

	}

}

package dev.startgate.mode;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.StartupGate;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.PendingWorkException;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.DriverWarnings;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.StartingReplica;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * MariaDB gives other errors than PostgreSQL if there is no database, if the user has no
 * right to it, and if a table is not there or may not be read.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class MariaDbModeTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/jpa";

	private static final String BROKEN = "spring.flyway.locations=classpath:db/implicit";

	/** A pool would take seconds for each answer. */
	private static final String UNPOOLED = "spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource";

	private static final String WAIT = "startgate.mode=wait";

	private static final String VERIFY = "startgate.mode=verify";

	private final String url = MariaDbDatabase.create();

	private final JdbcTemplate jdbc = MariaDbDatabase.jdbc(this.url);

	@Test
	void everyAnswerIsWaitedFor() throws Exception {
		MariaDbDatabase.askForGrants();
		String name = "later_" + System.nanoTime();
		String user = "worker_" + System.nanoTime();
		String[] worker = { "spring.datasource.url=" + named(name), "spring.datasource.username=" + user,
				"spring.datasource.password=secret", UNPOOLED };
		try (StartingReplica waiting = StartingReplica.of(worker, LOCATIONS, WAIT)) {
			waiting.awaitAnswer("Access denied for user '" + user + "'@'localhost' (using password: YES)");
			this.jdbc.execute("create user " + user + "@localhost identified by 'secret'");
			waiting.awaitAnswer("Access denied for user '" + user + "'@'localhost' to database '" + name + "'");
			this.jdbc.execute("grant execute on " + name + ".* to " + user + "@localhost");
			waiting.awaitAnswer("Unknown database '" + name + "'");
			this.jdbc.execute("create database " + name);
			waiting.awaitAnswer("not done yet are V1 'create parcel' (Pending)");
			migrate(named(name));
			assertThat(waiting.gate().snapshot().state()).as("it may not read the history")
				.isEqualTo(GateState.WAITING);
			this.jdbc.execute("grant select on " + name + ".flyway_schema_history to " + user + "@localhost");
			assertThat(waiting.started().join().getBean(StartupGate.class).isOpen()).isTrue();
		}
	}

	@Test
	void aHistoryThatIsNotThereIsWaitedFor() {
		try (StartingReplica waiting = StartingReplica.of(properties(this.url), LOCATIONS, WAIT)) {
			waiting.awaitAnswer("not done yet are V1 'create parcel' (Pending)");
			assertThat(tables()).as("who waits creates nothing").isEmpty();
			migrate(this.url);
			assertThat(waiting.started().join().getBean(StartupGate.class).isOpen()).isTrue();
		}
	}

	@Test
	void whoVerifiesNamesWhatIsLeft() {
		assertThatVerifyNames("V1 'create parcel' (Pending)", "V2 'add columns' (Pending)");
		assertThat(tables()).isEmpty();
		runner(this.url, "root", BROKEN).run((context) -> assertThat(context).hasFailed());
		assertThatVerifyNames("V2 'add columns' (Failed)");
		this.jdbc.update("update flyway_schema_history set success = true");
		runner(this.url, "root", BROKEN, VERIFY).run((context) -> assertThat(context).hasNotFailed());
	}

	private void assertThatVerifyNames(String... left) {
		runner(this.url, "root", BROKEN, VERIFY).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.asInstanceOf(InstanceOfAssertFactories.type(PendingWorkException.class))
			.extracting(PendingWorkException::getPending, InstanceOfAssertFactories.list(String.class))
			.containsExactly(left));
	}

	@Test
	void whoVerifiesIsToldThatItIsRefused() throws Exception {
		MariaDbDatabase.askForGrants();
		String user = "stranger_" + System.nanoTime();
		this.jdbc.execute("create user " + user + "@localhost");
		assertThatVerifyIsRefused(named("nowhere"), "root", "Unknown database 'nowhere'");
		assertThatVerifyIsRefused(named("nowhere"), user,
				"Access denied for user '" + user + "'@'localhost' to database");
	}

	private static void assertThatVerifyIsRefused(String url, String user, String answer) {
		runner(url, user, BROKEN, VERIFY, "startgate.database.max-wait=1s")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(DatabaseUnreachableException.class.getName())
				.hasStackTraceContaining(answer));
	}

	/**
	 * MariaDB hides the names of tables that a user has no right to. The database is not
	 * named {@code test_...}, because everybody may use such a database.
	 */
	@ParameterizedTest
	@ValueSource(strings = { WAIT, VERIFY })
	void metadataOfWhichTheVersionsMayNotBeReadIsNotWaitedFor(String mode, CapturedOutput output) throws Exception {
		MariaDbDatabase.askForGrants();
		String name = "closed_" + System.nanoTime();
		String user = "reader_" + System.nanoTime();
		this.jdbc.execute("create database " + name);
		this.jdbc.execute("create user " + user + "@localhost");
		with("1", name, "root").run((context) -> assertThat(context).hasNotFailed());
		this.jdbc.execute("grant select on " + name + ".flyway_schema_history to " + user + "@localhost");
		try (DriverWarnings warnings = new DriverWarnings(output)) {
			runner(named(name), user, BROKEN, mode, "startgate.lock.max-wait=1s")
				.run((context) -> assertThat(context).hasFailed());
			assertThat(warnings.lines()).noneMatch((line) -> line.contains("startgate_"));
		}
		ApplicationContextRunner reader = with("2", name, user).withPropertyValues(mode, "startgate.lock.max-wait=1s");
		reader.run((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
		assertThat(output).containsOnlyOnce("because they may not be read");
		this.jdbc.execute("grant select on " + name + ".startgate_record to " + user + "@localhost");
		reader.run((context) -> assertThat(context).as("a version that can be read is waited for").hasFailed());
		with("2", name, "root").run((context) -> assertThat(context).hasNotFailed());
		reader.run((context) -> assertThat(context).as("that version is seen").hasNotFailed());
	}

	/**
	 * A collation of MariaDB usually ignores case.
	 */
	@Test
	void metadataWhoseNameHasChangedInCaseOnlyIsAppliedOnce() {
		List<String> applied = new ArrayList<>();
		for (String name : List.of("Search index", "search index", "search index")) {
			named(name, applied).run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(applied).containsExactly("Search index", "search index");
		named("search index", applied).withPropertyValues(VERIFY).run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner named(String source, List<String> applied) {
		return runner(this.url, "root", LOCATIONS).withBean(MetadataSource.class,
				() -> new Metadata(source, (connection) -> applied.add(source)));
	}

	private ApplicationContextRunner with(String version, String database, String user) {
		return runner(named(database), user, LOCATIONS).withBean(MetadataSource.class,
				() -> new Metadata("late", version, MetadataSource.Phase.AFTER_MIGRATIONS));
	}

	private static void migrate(String url) {
		runner(url, "root", LOCATIONS).run((context) -> assertThat(context).hasNotFailed());
	}

	private static ApplicationContextRunner runner(String url, String user, String... properties) {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + url, "spring.datasource.username=" + user)
			.withPropertyValues(properties);
	}

	private static String[] properties(String url) {
		return new String[] { "spring.datasource.url=" + url, "spring.datasource.username=root" };
	}

	private String named(String name) {
		return this.url.replaceFirst("[^/]+$", name);
	}

	private List<String> tables() {
		return this.jdbc.queryForList(
				"select table_name from information_schema.tables where table_schema = database()", String.class);
	}

}

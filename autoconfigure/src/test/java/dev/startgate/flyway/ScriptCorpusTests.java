package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.MigrationCoordinator;
import dev.startgate.flyway.FaultyDataSource.Fault;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartCounter;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Scripts of many kinds lose their session in the middle. The tests show which of them go
 * on, and why the others do not. Most scripts for PostgreSQL run outside a transaction.
 * Those for MySQL and MariaDB run in one, which their schema changes commit, and outside.
 */
@Tag("long")
class ScriptCorpusTests {

	/** With {@code -Dresume.every=1} all run on MariaDB outside a transaction, too. */
	private static final boolean ALL = Integer.getInteger("resume.every", 0) == 1;

	/** With {@code -Dresume.only=name} only scripts run whose names begin with that. */
	private static final String ONLY = System.getProperty("resume.only", "");

	@TempDir
	private Path directory;

	private LongSupplier retries = () -> 0;

	@ParameterizedTest
	@MethodSource
	void goesOnOrStops(ScriptServer server, boolean inTransaction, Script script) throws Exception {
		String url = HeldTables.create(server);
		write(script.text(), inTransaction);
		String refusal = script.refusal(inTransaction);
		Throwable failure;
		try (StartingReplica replica = breakInTheMiddle(server, url)) {
			failure = failure(replica);
			if (failure == null && !(inTransaction && script.name().equals("only rows"))) {
				assertThat(replica.bean(Gate.class).journal().entries().resumed()).singleElement()
					.satisfies((resumed) -> assertThat(resumed.describe()).startsWith("V1 x goes on with statement "));
			}
		}
		if (refusal == null) {
			assertThat(failure).isNull();
			assertCounted(server, url);
		}
		else {
			assertThat(failure).as("what refuses it, so that the next replica stops").isNotNull();
			assertThat(NestedExceptionUtils.getMostSpecificCause(failure)).isInstanceOfSatisfying(
					InterruptedMigrationException.class,
					(refused) -> assertThat(refused.getPositions().get(0)).contains(refusal));
			assertThat(numbers(server, url, "counter").get(0)).isLessThanOrEqualTo(1);
			assertThat(numbers(server, url, "hold").get(0)).isLessThanOrEqualTo(1);
		}
		script.finds()
			.forEach((found) -> assertThat(server.jdbc(url).queryForObject(found[0], String.class)).as(found[0])
				.isEqualTo(found[1].equals("null") ? null : found[1]));
	}

	static Stream<Arguments> goesOnOrStops() throws IOException {
		Stream.Builder<Arguments> all = Stream.builder();
		for (ScriptServer server : ScriptServer.values()) {
			boolean mySql = server != ScriptServer.POSTGRESQL;
			for (Script script : Script.of(server.language())) {
				if (!script.name().startsWith(ONLY) || !isKnown(script, server)) {
					continue;
				}
				if (mySql || script.isInTransaction()) {
					all.add(Arguments.of(server, true, script));
				}
				if (mySql ? server == ScriptServer.MYSQL || ALL || script.beginsTransaction()
						: !script.isInTransaction()) {
					all.add(Arguments.of(server, false, script));
				}
			}
		}
		return all.build();
	}

	/**
	 * The embedded MariaDB lacks its tables of rights, and so it has no events.
	 */
	private static boolean isKnown(Script script, ScriptServer server) {
		return switch (server) {
			case MARIADB -> !script.name().startsWith("an event");
			case MYSQL -> !script.name().startsWith("on MariaDB");
			case POSTGRESQL -> true;
		};
	}

	/**
	 * The next replica brings other statements than the earlier one has executed.
	 */
	@ParameterizedTest
	@EnumSource
	void theFileIsAnotherOneForTheNextReplica(ScriptServer server) throws Exception {
		String counted = "update counter set n = n + 1;\n";
		String held = "update hold set n = n + ${step};\n";
		String rest = "create table a (x int);\n";
		String url = HeldTables.create(server);
		write(counted + "create table b (x int);\n" + held + rest, false);
		try (StartingReplica replica = breakInTheMiddle(server, url, "startgate.on-interrupted=stop",
				"spring.flyway.placeholders.step=1")) {
			assertThat(failure(replica)).hasRootCauseInstanceOf(InterruptedMigrationException.class);
		}
		String changed = "statements of the script are not those that have taken effect";
		write("create table b (x int);\n" + counted + held + rest, false);
		assertThat(stops(server, url)).as("reordered").contains(changed);
		write(counted.replace("1", "2") + "create table b (x int);\n" + held + rest, false);
		assertThat(stops(server, url)).as("changed").contains(changed);
		write(counted.replace("1", "${step}") + "create table b (x int);\n" + held + rest, false);
		assertThat(stops(server, url)).as("with a placeholder").contains(changed);
		write(counted, false);
		assertThat(stops(server, url)).as("cut off")
			.contains((server == ScriptServer.POSTGRESQL) ? "the script has 1 statements, and more have been executed"
					: "statement 2 of the script is left out now, and table 'b' does not look as before");
		write(counted + "create table b (x int);\n" + held + "create table c (x int);\n", false);
		finish(start(server, url, "spring.flyway.placeholders.step=1"));
		assertCounted(server, url);
		assertThat(server.jdbc(url).queryForList("select x from c")).isEmpty();
	}

	/**
	 * Flyway hands over the {@code copy} statement without its rows.
	 */
	@Test
	void rowsThatWereCopiedAreOthersForTheNextReplica() throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		String script = "update counter set n = n + 1;%ncopy occupied (n) from stdin;%n%s%n\\.%n%s;%n";
		write(script.formatted("7", "update missing set n = 1"), false);
		assertThat(stops(server, url)).contains("missing");
		write(script.formatted("8", "update hold set n = n + 1"), false);
		assertThat(stops(server, url))
			.contains("the rows of statement 2 (copy occupied n) may be others than those that it has copied");
	}

	/**
	 * The replica itself survives. It checks what is done before it calls its strategy
	 * again. A strategy that tries again by itself does not get that far before this
	 * check.
	 */
	@ParameterizedTest
	@CsvSource({ "POSTGRESQL, Plain", "MARIADB, Plain", "POSTGRESQL, Stubborn", "MARIADB, Stubborn" })
	void aStrategyGoesOnAfterItsConnectionBroke(ScriptServer server, String strategy) throws Exception {
		String url = HeldTables.create(server);
		write("update counter set n = n + 1;\ncreate table a (x int);\nupdate hold set n = n + 1;", false);
		finish(breakInTheMiddle(server, url, "spring.main.sources=" + getClass().getName() + "$" + strategy));
		assertCounted(server, url);
	}

	static class Plain {

		@Bean
		FlywayMigrationStrategy strategy() {
			return Flyway::migrate;
		}

	}

	static class Stubborn {

		@Bean
		FlywayMigrationStrategy strategy() {
			return (flyway) -> {
				try {
					flyway.migrate();
				}
				catch (FlywayException ex) {
					flyway.repair();
					flyway.migrate();
				}
			};
		}

	}

	/**
	 * All migrations of a run share one session, but the next replica has another
	 * session. A script may also restore a setting that it has found.
	 */
	@ParameterizedTest
	@EnumSource
	void whatAnEarlierMigrationHasSetIsSetAgain(ScriptServer server) throws Exception {
		boolean postgreSql = server == ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		Files.writeString(this.directory.resolve("V0_5__set.sql"), postgreSql ? "set timezone = 'Asia/Tokyo';"
				: "set time_zone = '+03:00'; set sql_mode = ''; set foreign_key_checks = 0;");
		String zone = postgreSql ? "current_setting('TimeZone')" : "@@time_zone";
		String before = postgreSql ? "set bytea_output = 'escape';\n"
				: "set @old = @@time_zone; set time_zone = '+05:00';\n";
		String after = postgreSql ? "" : "set time_zone = @old;\n";
		write(before + "update counter set n = n + 1;\ncreate table a (x int);\nupdate hold set n = n + 1;\n" + after
				+ "create table zone as select " + zone + " as z;", false);
		finish(breakInTheMiddle(server, url));
		assertCounted(server, url);
		assertThat(server.jdbc(url).queryForObject("select z from zone", String.class))
			.isEqualTo(postgreSql ? "Asia/Tokyo" : "+03:00");
	}

	/**
	 * The pool gives the next attempt the session of the failed one. The script itself
	 * resets what it sets, as a dump does.
	 */
	@ParameterizedTest
	@CsvSource({ "MYSQL, false", "MYSQL, true", "MARIADB, false", "MARIADB, true", "POSTGRESQL, false" })
	void whatAFailedAttemptHasSetIsNotThereForTheNextOne(ScriptServer server, boolean onlyRows) throws Exception {
		boolean postgreSql = server == ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		String zone = postgreSql ? "current_setting('TimeZone')" : "@@time_zone";
		server.jdbc(url).execute("create table seen (zone varchar(50))");
		write("insert into seen select " + zone + ";\n" + (onlyRows ? "" : "create table a (x int);\n")
				+ (postgreSql ? "set timezone = 'Asia/Tokyo'; set lock_timeout = '1s';\n"
						: "set @old = @@time_zone, time_zone = '+05:00'; set innodb_lock_wait_timeout = 1;\n")
				+ "update hold set n = n + 1;\nupdate counter set n = n + 1;\n"
				+ (postgreSql ? "reset timezone;" : "set time_zone = @old;"), !postgreSql);
		Files.writeString(this.directory.resolve("V2__look.sql"), "insert into seen select " + zone);
		String own = server.jdbc(url).queryForObject("select " + zone, String.class);
		coordinated(server, url, (coordinator, tenant) -> {
			try (HeldTables held = new HeldTables(server, url)) {
				CompletableFuture<?> run = CompletableFuture.supplyAsync(() -> coordinator.migrate(tenant.load()));
				Awaitility.await().until(() -> this.retries.getAsLong() > 0);
				held.close();
				run.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			}
			try (Connection one = tenant.getDataSource().getConnection()) {
				assertThat(new JdbcTemplate(new SingleConnectionDataSource(one, true)).queryForObject("select " + zone,
						String.class))
					.isEqualTo(own);
			}
		});
		assertCounted(server, url);
		assertThat(server.jdbc(url).queryForList("select zone from seen", String.class)).containsExactly(own, own);
	}

	/**
	 * The role has no right to the tables of the lock.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					true  | insert into a values (1), (2), (3), (4);
					false | insert into a values (1), (2), (3), (4);
					true  | commit; insert into a values (1); create function begin() returns int language sql as 'select 1'; insert into a values (2), (3); commit; insert into a values (4);
					false | begin; insert into a values (1), (2); commit; begin; insert into a values (3); commit; insert into a values (4);
					false | begin; set local role none; commit; insert into a values (1), (2), (3), (4);
					false | begin; insert into a values (1); commit and chain; insert into a values (2), (3); commit; insert into a values (4);
					true  | insert into a values (1), (2), (3); commit; select pg_export_snapshot(); insert into a values (4);
					""")
	void aCallbackMaySetARole(boolean inTransaction, String more) throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		String role = "owner_" + System.nanoTime();
		for (String sql : List.of("create role " + role, "grant all on schema public to " + role,
				"grant all on counter, hold to " + role)) {
			server.jdbc(url).execute(sql);
		}
		Files.writeString(this.directory.resolve("beforeEachMigrate.sql"), "set role " + role);
		write("update counter set n = n + 1;\ncreate table a (x int);\n" + more + "update hold set n = n + 1;",
				inTransaction);
		finish(start(server, url));
		assertCounted(server, url);
		assertThat(server.jdbc(url).queryForObject("select sum(x) from a", Integer.class)).isEqualTo(10);
		assertThat(
				server.jdbc(url).queryForObject("select tableowner from pg_tables where tablename = 'a'", String.class))
			.isEqualTo(role);
	}

	/**
	 * On MariaDB nothing begins the transaction before the callback. On MySQL, Flyway
	 * itself does.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "set sql_log_bin = 0", "set transaction isolation level read committed" })
	void aCallbackMayHaveToBeTheFirstStatement(String callback) throws Exception {
		ScriptServer server = ScriptServer.MARIADB;
		String url = HeldTables.create(server);
		Files.writeString(this.directory.resolve("beforeEachMigrate.sql"), callback);
		write("update counter set n = n + 1;\nupdate hold set n = n + 1;", true);
		finish(start(server, url));
		assertCounted(server, url);
	}

	/**
	 * Another session still uses the table whose invalid index is to be dropped first.
	 */
	@Test
	void whatIsInTheWayOfTheNextReplicaIsATransientFailure() throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		write("set lock_timeout = '1s';\nupdate counter set n = n + 1;\n"
				+ "create index concurrently i on occupied (n);\nupdate hold set n = n + 1;", false);
		try (HeldTables held = new HeldTables(server, url)) {
			try (StartingReplica replica = start(server, url, "startgate.on-interrupted=stop",
					"startgate.ddl.lock-timeout=0")) {
				held.endWhatWaits(replica.started());
				assertThat(failure(replica)).isNotNull();
			}
			try (StartingReplica replica = start(server, url, "startgate.retry.max-retries=0")) {
				assertThat(failure(replica)).hasStackTraceContaining("lock timeout");
			}
		}
		finish(start(server, url));
		assertCounted(server, url);
	}

	/**
	 * The script itself has done what the precondition forbids.
	 */
	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void aPreconditionIsNotAskedOnceMoreOfWhatGoesOn(ScriptServer server, @TempDir Path preconditions)
			throws Exception {
		String url = HeldTables.create(server);
		Files.writeString(preconditions.resolve("V1__nothing_is_counted.sql"), "select n from counter where n > 0");
		write("update counter set n = n + 1;\ncreate table a (x int);\nupdate hold set n = n + 1;", false);
		finish(breakInTheMiddle(server, url, "startgate.preconditions.locations=filesystem:" + preconditions));
		assertCounted(server, url);
	}

	/**
	 * A plain index replaces one that failed concurrently, so the script now runs in a
	 * transaction.
	 */
	@Test
	void whatIsLeftOfAConcurrentIndexIsRemovedInATransactionToo() throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		server.jdbc(url).execute("insert into occupied values (5), (5)");
		write("create unique index concurrently i on occupied (n);", false);
		assertThat(stops(server, url)).contains("could not create unique index");
		write("create index i on occupied (n);\nupdate counter set n = n + 1;\nupdate hold set n = n + 1;", true);
		finish(start(server, url));
		assertCounted(server, url);
	}

	/**
	 * The function recognizes a transaction by the time at which it began.
	 */
	@ParameterizedTest
	@CsvSource({ "f(1), true", "f(0) /* hold */, false" })
	void aStatementIsTakenOutOfATransactionThatItRefuses(String refusing, boolean goesOn) throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		write("""
				create function f(x int) returns int volatile language plpgsql as $$ begin
					if now() <> statement_timestamp() then
						raise exception 'f cannot run inside a transaction block' using errcode = '25001';
					end if;
					update counter set n = n + 1;
					if x = 0 then perform n from hold for update; end if;
					return 1;
				end $$;
				select 1;
				explain analyze select %s;
				update hold set n = n + 1;
				""".formatted(refusing), false);
		try (StartingReplica replica = breakInTheMiddle(server,
				url + (url.contains("?") ? "&" : "?") + "preferQueryMode=simple")) {
			Throwable failure = failure(replica);
			if (goesOn) {
				assertThat(failure).isNull();
				assertCounted(server, url);
			}
			else {
				assertThat(positions(failure)).contains("statement 3 (explain analyze select) has taken effect");
			}
		}
	}

	/**
	 * The transaction of the statement must not be committed when the connection goes
	 * back to the pool.
	 */
	@ParameterizedTest
	@CsvSource({ "POSTGRESQL, update hold set n = 1", "POSTGRESQL, begin; update hold set n = 1; commit",
			"MARIADB, update hold set n = 1", "MARIADB, start transaction; update hold set n = 1; commit" })
	void aStatementThatCanNotBeNotedIsRolledBack(ScriptServer server, String statements) throws Exception {
		String url = HeldTables.create(server);
		write(((server == ScriptServer.POSTGRESQL) ? """
				create function refuse() returns trigger language plpgsql as
					$$ begin raise exception 'it returns more than 1 row'; end $$;
				create trigger refuse before insert or update on startgate_record for each row
					when (new.kind = 'script' and new.detail not like '%done: 2%') execute function refuse();
				""" : """
				create table a (x int);
				create trigger refuse before update on startgate_record for each row set new.detail =
					if(new.kind = 'script' and new.detail not like '%done: 2%' and new.detail not like '%begun%',
						(select 1 union select 2), new.detail);
				""") + statements + ";", false);
		assertNothingIsLeft(server, url, false, "returns more than 1 row", "select n from hold");
	}

	/**
	 * The part of a transaction before the refusal must not be committed either.
	 */
	@Test
	void theBeginOfATransactionIsRolledBackIfItsRestIsRefused() throws Exception {
		String url = HeldTables.create(ScriptServer.POSTGRESQL);
		write("""
				create sequence s;
				update hold set n = n + 1;
				begin;
				update counter set n = nextval('s');
				update counter set n = currval('s');
				commit;
				""", false);
		assertNothingIsLeft(ScriptServer.POSTGRESQL, url, true,
				"statement 5 (update counter set) may need what an earlier statement has left",
				"select n from counter");
	}

	/**
	 * PostgreSQL rebuilds the index of long texts together with the indexes of the table.
	 */
	@Test
	void whatIsLeftOfAnIndexOfLongTextsIsRemovedToo() throws Exception {
		ScriptServer server = ScriptServer.POSTGRESQL;
		String url = HeldTables.create(server);
		server.jdbc(url).execute("alter table hold add column note text");
		write("update counter set n = n + 1;\nreindex table concurrently hold;\nupdate hold set n = n + 1;", false);
		finish(breakInTheMiddle(server, url));
		assertCounted(server, url);
		assertThat(
				server.jdbc(url).queryForList("select indexrelid::regclass::text from pg_index where not indisvalid"))
			.isEmpty();
	}

	/**
	 * After an {@code Error}, Flyway does not roll back, and switches autocommit on.
	 */
	@ParameterizedTest
	@EnumSource
	void anErrorInAStatementCommitsNothing(ScriptServer server) throws Exception {
		String url = HeldTables.create(server);
		write("update counter set n = n + 1;\nupdate hold set n = n + 1;", true);
		coordinated(server, url, (coordinator, tenant) -> {
			tenant.dataSource(new FaultyDataSource(tenant.getDataSource(), Fault.ERROR, 1));
			assertThatThrownBy(() -> coordinator.migrate(tenant.load())).isInstanceOf(OutOfMemoryError.class);
			assertThat(numbers(server, url, "counter")).containsExactly(0);
			coordinator.migrate(tenant.load());
		});
		assertCounted(server, url);
	}

	private void assertNothingIsLeft(ScriptServer server, String url, boolean breaks, String failure, String query)
			throws Exception {
		coordinated(server, url, (coordinator, tenant) -> {
			try (HeldTables held = breaks ? new HeldTables(server, url) : null) {
				CompletableFuture<?> run = CompletableFuture.supplyAsync(() -> coordinator.migrate(tenant.load()));
				if (held != null) {
					held.endWhatWaits(run);
					held.close();
				}
				assertThatThrownBy(() -> run.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
					.hasStackTraceContaining(failure);
			}
			try (Connection one = tenant.getDataSource().getConnection();
					Connection other = tenant.getDataSource().getConnection()) {
				for (Connection connection : List.of(one, other)) {
					assertThat(new JdbcTemplate(new SingleConnectionDataSource(connection, true)).queryForObject(query,
							Integer.class))
						.isZero();
				}
			}
		});
	}

	/**
	 * Run work with a replica's coordinator and a Flyway with a small pool of its own.
	 */
	private void coordinated(ScriptServer server, String url, Coordinated work) throws Exception {
		HikariDataSource pool = new HikariDataSource();
		pool.setDataSource(server.dataSource(url));
		pool.setMaximumPoolSize(2);
		try (pool; StartingReplica replica = start(server, url, "spring.flyway.enabled=false")) {
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			this.retries = () -> replica.bean(Gate.class).journal().entries().count(StartCounter.TRANSIENT_FAILURE);
			work.run(replica.bean(MigrationCoordinator.class),
					Flyway.configure()
						.dataSource(pool)
						.baselineOnMigrate(true)
						.baselineVersion("0")
						.locations("filesystem:" + this.directory));
		}
	}

	private static void finish(StartingReplica replica) throws Exception {
		try (replica) {
			replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private static Throwable failure(StartingReplica replica) {
		return catchThrowable(() -> replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
	}

	private String stops(ScriptServer server, String url) {
		try (StartingReplica replica = start(server, url, "spring.flyway.placeholders.step=2")) {
			Throwable failure = failure(replica);
			assertThat(failure).as("what refuses it, so that the next replica stops").isNotNull();
			return positions(failure);
		}
	}

	private static String positions(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof InterruptedMigrationException refused
				? String.valueOf(refused.getPositions()) : String.valueOf(failure);
	}

	private static void assertCounted(ScriptServer server, String url) {
		assertThat(numbers(server, url, "counter")).containsExactly(1);
		assertThat(numbers(server, url, "hold")).containsExactly(1);
		assertThat(server.jdbc(url)
			.queryForList("select kind from startgate_record where kind in ('intent', 'script', 'look')")).isEmpty();
	}

	private static List<Integer> numbers(ScriptServer server, String url, String table) {
		return server.jdbc(url).queryForList("select n from " + table, Integer.class);
	}

	private void write(String script, boolean inTransaction) throws IOException {
		Files.writeString(this.directory.resolve("V1__x.sql"), script);
		Files.writeString(this.directory.resolve("V1__x.sql.conf"), "executeInTransaction=" + inTransaction);
	}

	private StartingReplica start(ScriptServer server, String url, String... properties) {
		return StartingReplica.of(server.properties(url),
				TestApplication.join(properties, "spring.flyway.locations=filesystem:" + this.directory));
	}

	private StartingReplica breakInTheMiddle(ScriptServer server, String url, String... properties) throws Exception {
		try (HeldTables held = new HeldTables(server, url)) {
			StartingReplica replica = start(server, url, properties);
			held.endWhatWaits(replica.started());
			return replica;
		}
	}

	/**
	 * Work with a coordinator.
	 */
	private interface Coordinated {

		void run(MigrationCoordinator coordinator, FluentConfiguration tenant) throws Exception;

	}

}

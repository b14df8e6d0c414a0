package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A migration ends its transaction by itself. What it has committed is not rolled back,
 * and another run would do it twice.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
@ExtendWith(OutputCaptureExtension.class)
class OwnCommitTests {

	private static final String PAID = "BEGIN;\nupdate acc set balance = balance + 10;\nCOMMIT;\n";

	private static final String WAIT = "select ${wait};\n";

	private static final String FOR_EVER = "pg_sleep(3600)";

	private static final FlywayMigrationStrategy AGAIN = (flyway) -> {
		try {
			flyway.migrate();
		}
		catch (RuntimeException ex) {
			flyway.migrate();
		}
	};

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void createTable() throws IOException {
		write("V1__create.sql", "create table acc (id int primary key, balance int);\ninsert into acc values (1, 100)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "KILL", "TERM" })
	void aMigrationEndedAfterItsOwnCommitIsNotRunAgain(String signal, CapturedOutput output) throws Exception {
		write("V2__pay.sql", PAID + WAIT);
		endIn(signal);
		InterruptedMigrationException interrupted = (InterruptedMigrationException) fail();
		assertThat(balance()).isEqualTo(110);
		assertThat(output).contains("Migration V2 'pay' (V2__pay.sql) was interrupted: replica 'holder'")
			.doesNotContain("nothing of it is left");
		assertThat(fail()).isInstanceOf(InterruptedMigrationException.class);
		assertThat(NestedExceptionUtils
			.getMostSpecificCause(catchThrowable(() -> start(FlywayMigrationStrategy.class, AGAIN, "1"))))
			.as("a strategy that tries again")
			.isInstanceOf(InterruptedMigrationException.class);
		assertThat(balance()).isEqualTo(110);
		this.jdbc.update("update acc set balance = 100");
		interrupted.getEraseStatements().forEach(this.jdbc::execute);
		start("1").close();
		assertThat(balance()).isEqualTo(110);
		assertThat(this.database.notes("intent")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "KILL", "TERM" })
	void aMigrationEndedAfterItsOwnCommitGoesOn(String signal, CapturedOutput output) throws Exception {
		write("V2__pay.sql", PAID + "update acc set balance = balance + 1;\n" + WAIT);
		endIn(signal);
		start("1", "startgate.on-interrupted=resume").close();
		assertThat(output).contains(
				"Migration V2 'pay' (V2__pay.sql) goes on with statement 4, after it was interrupted on replica 'holder'");
		assertThat(balance()).isEqualTo(111);
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.database.notes("intent")).isEmpty();
	}

	@Test
	void withoutStartgateACommittedMigrationIsRunAgain() throws Exception {
		write("V2__pay.sql", PAID + WAIT);
		endIn("KILL", "startgate.enabled=false");
		start("1", "startgate.enabled=false").close();
		assertThat(balance()).isEqualTo(120);
	}

	@Test
	void whoIsFrozenBehindItDoesNothingMoreAndNobodyRunsItAgain(CapturedOutput output) throws Exception {
		write("V2__pay.sql", PAID + WAIT + "update acc set balance = balance + 1");
		String held = "pg_advisory_xact_lock_shared(4711)";
		try (HeldMigration migration = HeldMigration.in(this.database);
				ReplicaProcess holder = holder(held, "startgate.lock.lease=15s")) {
			migration.awaitReached();
			CompletableFuture<ConfigurableApplicationContext> taker = CompletableFuture
				.supplyAsync(() -> start("1", "startgate.lock.lease=15s"));
			Awaitility.await().until(() -> output.getAll().contains("Waiting for replica 'holder'"));
			holder.signal("STOP");
			Awaitility.await()
				.until(() -> this.jdbc.queryForObject("select max(generation) from startgate_record", Long.class) == 2);
			migration.close();
			assertThat(taker).failsWithin(PATIENCE)
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(InterruptedMigrationException.class);
			holder.signal("CONT");
			assertThat(holder.awaitExit(PATIENCE)).isEqualTo(1);
		}
		assertThat(balance()).isEqualTo(110);
		assertThat(this.database.history()).containsExactly("1");
	}

	/**
	 * The baseline has the same version as the file that it makes needless.
	 */
	@Test
	void aBaselineIsNotRunAgainEither() throws Exception {
		write("V2__pay.sql", "select 1");
		write("B2__all.sql", "create table if not exists acc (id int, balance int);\n"
				+ "insert into acc values (1, 110);\nCOMMIT;\n" + WAIT);
		endIn("KILL");
		assertThat(fail()).isInstanceOf(InterruptedMigrationException.class);
		assertThat(fail()).isInstanceOf(InterruptedMigrationException.class);
		assertThat(balance()).isEqualTo(110);
	}

	@Test
	void aStrategyDoesNotRunACommittedMigrationAgainAfterAnError() {
		assertThat(NestedExceptionUtils.getMostSpecificCause(catchThrowable(() -> start((context) -> {
			context.registerBean(FlywayMigrationStrategy.class, () -> AGAIN);
			context.registerBean(JavaMigration.class, () -> new V2__Incompatible(true));
		}, "1")))).isInstanceOf(InterruptedMigrationException.class);
		assertThat(balance()).isEqualTo(110);
	}

	@Test
	void anErrorInAMigrationCommitsNothing() {
		assertThat(catchThrowable(() -> start(JavaMigration.class, new V2__Incompatible(false), "1")))
			.hasRootCauseInstanceOf(NoSuchMethodError.class);
		assertThat(balance()).isEqualTo(100);
		assertThat(this.database.notes("intent")).isEmpty();
	}

	/**
	 * After an {@code Error}, Flyway does not roll back, and switches autocommit on.
	 */
	@Test
	void anErrorInACallbackCommitsNothing() throws Exception {
		write("V2__pay.sql", "update acc set balance = balance + 10");
		Callback incompatible = new OneCallback("the last one", Event.AFTER_EACH_MIGRATE, "2", (connection) -> {
			throw new NoSuchMethodError("library");
		});
		assertThat(catchThrowable(() -> start(Callback.class, incompatible, "1")))
			.hasRootCauseInstanceOf(NoSuchMethodError.class);
		assertThat(balance()).isEqualTo(100);
		start("1").close();
		assertThat(balance()).isEqualTo(110);
	}

	/**
	 * A callback may need to be outside of a transaction for a moment.
	 */
	@Test
	void aCallbackMaySwitchAutocommitOn() throws Exception {
		write("V2__pay.sql", "update acc set balance = balance + 10");
		start(Callback.class, new OneCallback("the last one", Event.AFTER_EACH_MIGRATE, "2", (connection) -> {
			connection.setAutoCommit(true);
			try (Statement vacuum = connection.createStatement()) {
				vacuum.execute("vacuum acc");
			}
			connection.setAutoCommit(false);
		}), "1").close();
		assertThat(balance()).isEqualTo(110);
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void aFailureAfterItsOwnCommitIsReportedAsAFailure(CapturedOutput output) throws IOException {
		write("V2__pay.sql", PAID + "select 1 / 0");
		assertThat(fail()).isInstanceOf(InterruptedMigrationException.class);
		assertThat(output)
			.contains("Migration V2 'pay' (V2__pay.sql, line 4) failed: ERROR: division by zero (SQLSTATE 22012)",
					"a part of it may be applied")
			.doesNotContain("nothing of it is left", "Nothing was run", "was interrupted");
		assertThat(fail()).hasMessageContaining("failed on replica '").hasMessageContaining("division by zero");
		assertThat(balance()).isEqualTo(110);
	}

	@Test
	void aFailureBeforeItIsRolledBackAsAlways(CapturedOutput output) throws IOException {
		write("V2__pay.sql", "update acc set balance = balance + 10;\nselect 1 / 0;\nCOMMIT");
		fail();
		assertThat(output).contains("nothing of it is left");
		assertThat(this.database.notes("intent")).isEmpty();
		assertThat(balance()).isEqualTo(100);
	}

	@Test
	void whatIsRolledBackByTheScriptMayBeRunAgain() throws Exception {
		assertThatItIsRunAgain("update acc set balance = balance + 10;\nROLLBACK;\n"
				+ "update acc set balance = balance + 1;\n" + WAIT, 101);
	}

	@Test
	void theNextTransactionIsFencedAndNothingIsLeftOfANote() throws Exception {
		write("V2__pay.sql", PAID + PAID + WAIT);
		try (HeldMigration migration = HeldMigration.in(this.database);
				ReplicaProcess holder = holder("pg_advisory_xact_lock_shared(4711)")) {
			migration.awaitReached();
			assertThat(this.database.notes("intent")).hasSize(1);
			assertThat(catchThrowable(() -> this.jdbc
				.queryForList("select * from startgate_record where kind = 'fence' for update nowait")))
				.hasMessageContaining("could not obtain lock on row");
			migration.close();
			assertThat(holder.awaitExit(PATIENCE)).isZero();
		}
		assertThat(balance()).isEqualTo(120);
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.database.notes("intent")).isEmpty();
	}

	/**
	 * The session's role has no right to Startgate's tables until Flyway resets it.
	 */
	@Test
	void aCallbackThatSetsARoleMayCommitToo() throws Exception {
		String role = createRole();
		write("beforeEachMigrate.sql", "set role " + role + ";\ncommit");
		write("V2__pay.sql", "update acc set balance = balance + 10;\n" + WAIT);
		assertThatALateHolderCommitsNothing(() -> start("pg_advisory_xact_lock_shared(4711)"));
		assertThat(balance()).isEqualTo(100);
		assertThat(this.database.history()).containsExactly("1");
	}

	/**
	 * A callback may be called for only one of the migrations.
	 */
	@Test
	void aCallbackOfALaterMigrationMaySetARoleAndCommit() throws Exception {
		String role = createRole();
		Callback callback = new OneCallback("role", Event.BEFORE_EACH_MIGRATE, "3", (connection) -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("set role " + role);
				statement.execute("commit");
			}
		});
		write("V2__first.sql", "update acc set balance = balance + 1");
		write("V3__pay.sql", "update acc set balance = balance + 10;\n" + WAIT);
		assertThatALateHolderCommitsNothing(
				() -> start(Callback.class, callback, "pg_advisory_xact_lock_shared(4711)"));
		assertThat(balance()).isEqualTo(101);
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	private String createRole() {
		start("1").close();
		String role = "owner_" + System.nanoTime();
		List.of("create role " + role, "grant all on acc to " + role).forEach(this.jdbc::execute);
		return role;
	}

	private void assertThatALateHolderCommitsNothing(Supplier<ConfigurableApplicationContext> start) throws Exception {
		try (HeldMigration migration = HeldMigration.in(this.database)) {
			CompletableFuture<ConfigurableApplicationContext> late = CompletableFuture.supplyAsync(start);
			migration.awaitReached();
			this.jdbc.update("update startgate_record set generation = 99 where kind = 'fence'");
			migration.close();
			assertThat(late).failsWithin(PATIENCE)
				.withThrowableThat()
				.satisfies((failure) -> assertThat(failure).hasStackTraceContaining("generation 99 has begun"));
		}
	}

	@Test
	void theWordAloneChangesNothing() throws Exception {
		assertThatItIsRunAgain(
				"-- commit;\n/* commit; */ update acc set balance = balance + 10;\ncomment on table acc is 'a; commit; b';\n"
						+ "do $$ begin perform 1; if false then commit; end if; end $$;\n" + WAIT,
				110);
	}

	private void assertThatItIsRunAgain(String script, int balance) throws Exception {
		write("V2__pay.sql", script);
		endIn("KILL");
		assertThat(this.database.notes("intent")).isEmpty();
		start("1").close();
		assertThat(balance()).isEqualTo(balance);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aJavaMigrationMayCommitToo(boolean byJdbc, CapturedOutput output) {
		V2__Pay migration = new V2__Pay(byJdbc);
		assertThat(NestedExceptionUtils
			.getMostSpecificCause(catchThrowable(() -> start(JavaMigration.class, migration, "1"))))
			.isInstanceOf(InterruptedMigrationException.class);
		assertThat(NestedExceptionUtils
			.getMostSpecificCause(catchThrowable(() -> start(JavaMigration.class, migration, "1"))))
			.isInstanceOf(InterruptedMigrationException.class);
		assertThat(balance()).isEqualTo(110);
		assertThat(output).doesNotContain("nothing of it is left");
	}

	private void endIn(String signal, String... properties) throws Exception {
		try (ReplicaProcess holder = holder(FOR_EVER, properties)) {
			Awaitility.await().until(() -> sleeping() == 1);
			holder.signal(signal);
			holder.awaitExit(PATIENCE);
		}
		this.jdbc.queryForList("select pg_terminate_backend(pid) from pg_stat_activity"
				+ " where datname = current_database() and query = 'select " + FOR_EVER + "'");
		Awaitility.await().until(() -> sleeping() == 0);
	}

	private long sleeping() {
		return this.database.sessions("state = 'active' and query = 'select " + FOR_EVER + "'");
	}

	private ReplicaProcess holder(String wait, String... properties) throws IOException {
		String[] all = TestApplication.join(properties(wait), properties);
		return ReplicaProcess.start(this.directory, this.database,
				TestApplication.join(all, "startgate.replica-name=holder"));
	}

	private ConfigurableApplicationContext start(String wait, String... properties) {
		return TestApplication.start(this.database, TestApplication.join(properties(wait), properties));
	}

	private <T> ConfigurableApplicationContext start(Class<T> type, T bean, String wait) {
		return start((context) -> context.registerBean(type, () -> bean), wait);
	}

	private ConfigurableApplicationContext start(Consumer<GenericApplicationContext> beans, String wait) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.initializers((context) -> beans.accept((GenericApplicationContext) context))
			.properties(this.database.properties())
			.properties(properties(wait))
			.run();
	}

	private String[] properties(String wait) {
		return new String[] { "spring.flyway.locations=filesystem:" + this.directory,
				"spring.flyway.placeholders.wait=" + wait, "startgate.on-interrupted=stop" };
	}

	private Throwable fail() {
		return NestedExceptionUtils.getMostSpecificCause(catchThrowable(() -> start("1")));
	}

	private int balance() {
		return this.jdbc.queryForObject("select balance from acc", Integer.class);
	}

	private void write(String file, String sql) throws IOException {
		Files.writeString(this.directory.resolve(file), sql);
	}

	/**
	 * A callback for one migration only. Flyway sorts callbacks by name, and one of
	 * Startgate's callbacks is named "startgate".
	 */
	private record OneCallback(String name, Event event, String version, Action action) implements Callback {

		@Override
		public boolean supports(Event asked, org.flywaydb.core.api.callback.Context context) {
			return asked == this.event && this.version.equals(String.valueOf(context.getMigrationInfo().getVersion()));
		}

		@Override
		public boolean canHandleInTransaction(Event asked, org.flywaydb.core.api.callback.Context context) {
			return true;
		}

		@Override
		public void handle(Event asked, org.flywaydb.core.api.callback.Context context) {
			try {
				this.action.on(context.getConnection());
			}
			catch (SQLException ex) {
				throw new FlywayException(ex);
			}
		}

		@Override
		public String getCallbackName() {
			return this.name;
		}

		interface Action {

			void on(Connection connection) throws SQLException;

		}

	}

	static class V2__Incompatible extends BaseJavaMigration {

		private final boolean commits;

		V2__Incompatible(boolean commits) {
			this.commits = commits;
		}

		@Override
		public void migrate(Context context) throws Exception {
			try (Statement statement = context.getConnection().createStatement()) {
				statement.execute("update acc set balance = balance + 10");
			}
			if (this.commits) {
				context.getConnection().commit();
			}
			throw new NoSuchMethodError("library");
		}

	}

	static class V2__Pay extends BaseJavaMigration {

		private final boolean byJdbc;

		V2__Pay(boolean byJdbc) {
			this.byJdbc = byJdbc;
		}

		@Override
		public void migrate(Context context) throws Exception {
			Connection connection = context.getConnection();
			try (Statement statement = connection.createStatement()) {
				statement.execute("update acc set balance = balance + 10" + (this.byJdbc ? "" : "; commit"));
				if (this.byJdbc) {
					connection.commit();
				}
				statement.execute("select 1 / 0");
			}
		}

	}

}

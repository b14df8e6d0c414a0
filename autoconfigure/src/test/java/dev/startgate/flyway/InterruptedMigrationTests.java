package dev.startgate.flyway;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.startgate.GateState;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.StartingReplica;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A replica that is killed in the middle of a migration outside a transaction.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class InterruptedMigrationTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/concurrent";

	private static final String STOP = "startgate.on-interrupted=stop";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@TempDir
	private Path directory;

	@BeforeEach
	void killInTheMiddle() throws Exception {
		TestApplication.start(this.database, LOCATIONS, "spring.flyway.target=1").close();
		try (Connection writer = this.jdbc.getDataSource().getConnection()) {
			writer.setAutoCommit(false);
			writer.createStatement().execute("insert into parcel values (1, 1)");
			try (ReplicaProcess replica = ReplicaProcess.start(this.directory, this.database, LOCATIONS,
					"startgate.replica-name=killed")) {
				Awaitility.await().until(() -> sessionsThatIndex() == 1);
				replica.kill();
			}
			Awaitility.await().until(() -> sessionsThatIndex() == 0);
			writer.commit();
		}
		assertThat(isValid()).as("the index is left as it was").isFalse();
	}

	/**
	 * The analysis does not name indexes of others: one that is being built in this
	 * schema or in another one, one in a schema that is not migrated, and one that others
	 * have left since.
	 */
	@Test
	void isNotRunAgainUntilAPersonHasTypedWhatTheAnalysisSays(CapturedOutput output) throws Exception {
		String own = "drop index concurrently \"public\".\"parcel_weight\"";
		this.jdbc.execute("create schema other");
		for (String table : List.of("other.stock", "public.stock", "other.depot")) {
			this.jdbc.execute("create table " + table + " as select 1 as id from generate_series(1, 2)");
		}
		assertThat(catchThrowable(
				() -> this.jdbc.execute("create unique index concurrently depot_id on other.depot (id)")))
			.isNotNull();
		try (Connection writer = this.jdbc.getDataSource().getConnection()) {
			writer.setAutoCommit(false);
			writer.createStatement().execute("insert into other.stock values (2)");
			writer.createStatement().execute("insert into public.stock values (2)");
			List<CompletableFuture<Void>> building = Stream.of("other.stock", "public.stock")
				.map((table) -> CompletableFuture
					.runAsync(() -> this.jdbc.execute("create index concurrently on " + table + " (id)")))
				.toList();
			Awaitility.await().until(() -> invalidIndexes() == 4);
			assertThat(fail().getDropStatements()).containsExactly(own);
			writer.commit();
			assertThat(building).allSatisfy((index) -> assertThat(index).succeedsWithin(PATIENCE));
		}
		assertThat(fail().getDropStatements()).containsExactly(own);
		assertThat(catchThrowable(
				() -> this.jdbc.execute("create unique index concurrently stock_id on public.stock ((id * 0))")))
			.isNotNull();
		assertThat(invalidIndexes()).isEqualTo(3);
		InterruptedMigrationException interrupted = fail();
		assertThat(interrupted).hasMessageContaining("Migration V2 'index parcel' (V2__index_parcel.sql)")
			.hasMessageContaining("replica 'killed'");
		assertThat(interrupted.getDropStatements()).containsExactly(own);
		assertThat(output.getAll().substring(output.getAll().indexOf("APPLICATION FAILED TO START")))
			.contains("was interrupted: replica 'killed' began it at", "startgate.on-interrupted=rerun")
			.contains(interrupted.getDropStatements())
			.contains(interrupted.getEraseStatements());
		assertThat(this.database.history()).containsExactly("1");
		typeWhatIsSaid(interrupted);
		TestApplication.start(this.database, LOCATIONS).close();
		assertThatIsDone();
	}

	/**
	 * An invalid index that somebody else has left stays as it is.
	 */
	@Test
	void goesOnByItself(CapturedOutput output) {
		this.jdbc.execute("create table stock as select 1 as id from generate_series(1, 2)");
		assertThat(catchThrowable(() -> this.jdbc.execute("create unique index concurrently stock_id on stock (id)")))
			.isNotNull();
		TestApplication.start(this.database, LOCATIONS).close();
		assertThat(output).contains(
				"Migration V2 'index parcel' (V2__index_parcel.sql) goes on with statement 1, after it was interrupted"
						+ " on replica 'killed' in statement 1 (create index concurrently), which had not taken effect",
				"Removing what an interrupted statement has left: drop index concurrently "
						+ "\"public\".\"parcel_weight\"");
		assertThatIsDone();
		assertThat(invalidIndexes()).isOne();
	}

	/**
	 * A second start does not go on either.
	 */
	@Test
	void doesNotGoOnIfItMayStillRunOnAnotherServer() {
		this.jdbc
			.update("update startgate_record set detail = 'somebody on another-server:5432' where kind = 'session'");
		for (int start = 1; start <= 2; start++) {
			assertThat(catchThrowable(() -> TestApplication.start(this.database, LOCATIONS)))
				.hasRootCauseInstanceOf(InterruptedMigrationException.class);
		}
		assertThat(isValid()).isFalse();
	}

	@Test
	void whatAPersonHasDoneMeanwhileIsNotDoneAgain(CapturedOutput output) {
		this.jdbc.execute("drop index parcel_weight");
		this.jdbc.execute("create index parcel_weight on parcel (weight)");
		TestApplication.start(this.database, LOCATIONS).close();
		assertThat(output).contains("which had taken effect");
		assertThatIsDone();
	}

	@Test
	void aReplicaThatStaysUpGoesOnByItself(CapturedOutput output) {
		try (StartingReplica replica = StartingReplica.of(this.database.properties(), LOCATIONS, STOP,
				"startgate.on-failure=stay-down")) {
			replica.awaitState(GateState.BLOCKED);
			assertThat(replica.gate().snapshot().reason()).contains("Migration V2 'index parcel'", "'killed'");
			Awaitility.await().during(Duration.ofSeconds(3)).until(() -> !replica.started().isDone());
			this.jdbc.execute(after(output.getAll(), "    (drop index concurrently .*);"));
			this.jdbc.execute(after(output.getAll(), "    (delete from .*);"));
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			assertThat(replica.gate().isOpen()).isTrue();
			assertThat(output.getAll().split("This replica is blocked", -1)).as("said once").hasSize(2);
		}
		assertThatIsDone();
	}

	@Test
	void isRunAgainIfThatIsWanted(CapturedOutput output) {
		this.jdbc.execute("drop index parcel_weight");
		TestApplication.start(this.database, LOCATIONS, "startgate.on-interrupted=rerun").close();
		assertThat(output).contains("was interrupted on replica 'killed'", "and is run again");
		assertThatIsDone();
	}

	@Test
	void flywaysOwnComplaintTakesOverOnceTheHistorySaysHowItEnded() {
		this.jdbc.execute("insert into flyway_schema_history select 2, '2', 'index parcel', 'SQL',"
				+ " 'V2__index_parcel.sql', null, 'me', now(), 1, false");
		assertThat(catchThrowable(() -> TestApplication.start(this.database, LOCATIONS)))
			.hasRootCauseInstanceOf(FlywayValidateException.class);
		assertThat(this.database.notes("intent")).isEmpty();
	}

	private InterruptedMigrationException fail() {
		Throwable failure = catchThrowable(() -> TestApplication.start(this.database, LOCATIONS, STOP));
		return (InterruptedMigrationException) NestedExceptionUtils.getMostSpecificCause(failure);
	}

	private void typeWhatIsSaid(InterruptedMigrationException interrupted) {
		interrupted.getDropStatements().forEach(this.jdbc::execute);
		interrupted.getEraseStatements().forEach(this.jdbc::execute);
	}

	private static String after(String text, String pattern) {
		Matcher matcher = Pattern.compile(pattern).matcher(text);
		assertThat(matcher.find()).as(pattern).isTrue();
		return matcher.group(1);
	}

	private void assertThatIsDone() {
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(isValid()).isTrue();
		assertThat(this.database.notes("intent")).isEmpty();
	}

	private boolean isValid() {
		return this.jdbc.queryForObject("select indisvalid from pg_index where indexrelid = 'parcel_weight'::regclass",
				Boolean.class);
	}

	private long invalidIndexes() {
		return this.jdbc.queryForObject("select count(*) from pg_index where not indisvalid", Long.class);
	}

	private long sessionsThatIndex() {
		return this.database.sessions("state = 'active' and query like 'create index concurrently%'");
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration hangs because another session holds what it needs. The log of each replica
 * names that session and the statement that ends it.
 */
@ExtendWith(OutputCaptureExtension.class)
class BlockedMigrationTests {

	private static final Pattern WAITS = Pattern
		.compile("V1 create parcel, which waits for session (\\d+) of user 'postgres' \\(coffee, idle in transaction"
				+ " since \\S+Z\\); to end it by hand: (select pg_terminate_backend\\(\\1\\))");

	private static final Pattern ITSELF = Pattern.compile(
			"V2 index parcels by due time, which waits for session \\d+ of user 'postgres' \\(.*, idle in transaction"
					+ " since \\S+Z\\) of this replica itself, so that neither ends;"
					+ " to end it by hand: (select pg_terminate_backend\\(\\d+\\))");

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void whatItWaitsForIsShownOnAllReplicasAndCanBeEndedByHand(CapturedOutput output) throws Exception {
		try (Connection coffee = this.database.dataSource().getConnection();
				Statement statement = coffee.createStatement()) {
			statement.execute("set application_name = 'coffee'");
			coffee.setAutoCommit(false);
			statement.execute("create table parcel (id int)");
			try (StartingReplica holder = start("holder")) {
				try {
					letItGoOn(awaitShown(holder));
				}
				finally {
					// a replica that migrates can't be closed
					coffee.close();
				}
				holder.started().get().close();
			}
		}
		assertThat(this.database.history()).containsExactly("1");
		assertThat(output).containsOnlyOnce("V1 create parcel waits for session");
	}

	@Test
	void ofAStatementThatRunsOnlyTheKindIsShown(CapturedOutput output) throws Exception {
		String alter = "alter role " + this.database.jdbc().queryForObject("select current_user", String.class)
				+ " password 'hush'";
		try (Connection first = this.database.dataSource().getConnection();
				Connection second = this.database.dataSource().getConnection();
				StartingReplica holder = blocked(first, second, alter)) {
			Awaitility.await()
				.until(() -> Objects.requireNonNullElse(current(holder), "").contains("running ALTER ROLE since"));
			first.rollback();
			Awaitility.await().until(() -> !isRunning(alter));
			second.rollback();
			holder.started().get();
		}
		assertThat(output).contains("running ALTER ROLE since").doesNotContain("hush");
	}

	private StartingReplica blocked(Connection first, Connection second, String alter) throws SQLException {
		for (Connection connection : List.of(first, second)) {
			connection.setAutoCommit(false);
		}
		first.createStatement().execute(alter);
		second.createStatement().execute("create table parcel (id int)");
		CompletableFuture.runAsync(() -> {
			try (Statement statement = second.createStatement()) {
				statement.execute(alter);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Awaitility.await().until(() -> isRunning(alter));
		return start("holder");
	}

	private boolean isRunning(String statement) {
		return this.database.jdbc()
			.queryForList("select query from pg_stat_activity where state = 'active'", String.class)
			.contains(statement);
	}

	/**
	 * A second connection of the same replica holds Flyway's own lock in a transaction.
	 */
	@Test
	void aReplicaThatWaitsForItselfSaysSo() {
		try (StartingReplica replica = StartingReplica.of(this.database.properties(), "startgate.lock.lease=15s",
				"spring.flyway.locations=classpath:db/index", "spring.flyway.postgresql.transactional-lock=true")) {
			Matcher shown = Awaitility.await()
				.until(() -> ITSELF.matcher(String.valueOf(current(replica))), Matcher::find);
			this.database.jdbc().execute(shown.group(1));
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			assertThat(this.database.jdbc()
				.queryForList("select indexrelid::regclass::text from pg_index where not indisvalid", String.class))
				.as("what the session that was ended has left is built anew")
				.isEmpty();
		}
	}

	private void letItGoOn(Matcher shown) throws Exception {
		try (StartingReplica waiter = start("waiter")) {
			assertThat(awaitShown(waiter).group()).isEqualTo(shown.group());
			this.database.jdbc().execute(shown.group(2));
			waiter.started().get().close();
		}
	}

	private StartingReplica start(String name) {
		return StartingReplica.of(this.database.properties(), "startgate.replica-name=" + name,
				"startgate.lock.lease=15s", "spring.flyway.locations=classpath:db/jpa");
	}

	private static Matcher awaitShown(StartingReplica replica) {
		return Awaitility.await()
			.until(() -> WAITS.matcher(Objects.requireNonNullElse(current(replica), "")), Matcher::find);
	}

	private static @Nullable String current(StartingReplica replica) {
		Progress progress = replica.isShowing() ? replica.gate().snapshot().progress() : null;
		return (progress != null) ? progress.current() : null;
	}

}

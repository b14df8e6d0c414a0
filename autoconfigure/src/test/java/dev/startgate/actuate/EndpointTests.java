package dev.startgate.actuate;

import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartJournal.Entered;
import dev.startgate.gate.Time;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.Http;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the endpoint tells on a replica that migrates and on one that waits, at the same
 * time and afterwards.
 */
class EndpointTests {

	private static final String HELD = "spring.flyway.locations=classpath:db/held";

	private static final String CURRENT = "V2 wait for the test";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void aReplicaThatWaitsTellsAsMuchOfTheWorkAsTheOneThatDoesIt() throws Exception {
		HeldMigration lock = HeldMigration.in(this.database);
		// the replicas end only after the lock is open, so it is closed before them
		try (StartingReplica one = start("one"); StartingReplica two = start("two"); lock) {
			Awaitility.await().until(() -> isAtWork(one) && isAtWork(two));
			boolean first = one.gate().snapshot().state() == GateState.MIGRATING;
			StartingReplica holder = first ? one : two;
			StartingReplica other = first ? two : one;
			Awaitility.await().untilAsserted(() -> assertMeanwhile(tell(holder), tell(other)));
			assertRenewalsAreSeen(holder, other);
			lock.close();
			holder.started().get(120, TimeUnit.SECONDS);
			other.started().get(120, TimeUnit.SECONDS);
			assertAfterwards(tell(holder), tell(other));
			assertThat(applied(holder)).isEqualTo(3);
			assertThat(applied(other)).isZero();
			assertCostsTheDatabaseNothing(other);
		}
	}

	/**
	 * As {@code docs/reference/endpoint.md} says: on the main port a server that answers
	 * probes before the web server tells nothing else, unless that is asked for.
	 */
	@Test
	void whileMigrationsRunItIsOnTheMainPortOnlyAfterTheWebServer() throws Exception {
		String early = String.valueOf(FreePort.next());
		String late = String.valueOf(FreePort.next());
		try (HeldMigration held = HeldMigration.in(this.database);
				StartingReplica holder = StartingReplica.of(this.database.properties(), HELD)) {
			held.awaitReached();
			try (StartingReplica after = web("after-web-server", late);
					StartingReplica before = web("before-beans", early)) {
				after.awaitState(GateState.WAITING);
				before.awaitState(GateState.WAITING);
				assertThat(startgate(late).body()).contains("\"state\":\"WAITING\"", "\"timing\":\"after-web-server\"");
				Awaitility.await().ignoreExceptions().until(() -> startgate(early).statusCode() == 503);
				assertThat(startgate(early).body()).doesNotContain("WAITING");
				held.close();
				holder.started().get(120, TimeUnit.SECONDS);
				before.started().get(120, TimeUnit.SECONDS);
				assertThat(startgate(early).body()).contains("\"state\":\"OPEN\"");
			}
		}
	}

	private StartingReplica web(String timing, String port) {
		return StartingReplica.of(WebApplicationType.SERVLET, this.database.properties(), HELD,
				"startgate.timing=" + timing, "startgate.probe.enabled=true", "server.port=" + port,
				"management.endpoints.web.exposure.include=health,startgate");
	}

	private static HttpResponse<String> startgate(String port) throws Exception {
		return Http.get("http://localhost:" + port + "/actuator/startgate");
	}

	private void assertMeanwhile(StartReport holder, StartReport other) {
		assertThat(holder.state()).isEqualTo(GateState.MIGRATING);
		assertThat(other.state()).isEqualTo(GateState.WAITING);
		assertThat(other.holder().replica()).isEqualTo(holder.replica()).isEqualTo(holder.holder().replica());
		assertThat(other.holder().generation()).isEqualTo(holder.holder().generation()).isEqualTo(1);
		assertThat(other.progress().done()).isEqualTo(holder.progress().done()).isEqualTo(1);
		assertThat(other.progress().total()).isEqualTo(holder.progress().total()).isEqualTo(3);
		assertThat(other.steps()).filteredOn((step) -> step.took() == null)
			.extracting(Step::name)
			.containsExactly("wait for replica '" + holder.replica() + "'");
		assertThat(holder.steps()).filteredOn((step) -> step.took() == null)
			.extracting(Step::name)
			.contains("migrate " + CURRENT);
	}

	private static void assertRenewalsAreSeen(StartingReplica holder, StartingReplica other) {
		Instant before = tell(other).holder().renewed();
		Awaitility.await()
			.until(() -> tell(holder).counts().leaseRenewals() > 1
					&& tell(holder).holder().renewed().isAfter(tell(holder).holder().since().plusMillis(1500))
					&& tell(other).holder().renewed().isAfter(before.plusMillis(500)));
	}

	private void assertAfterwards(StartReport holder, StartReport other) {
		assertThat(other.state()).isEqualTo(GateState.OPEN);
		Migrated done = single(holder);
		assertThat(done.applied()).extracting(Applied::version).containsExactly("1", "2", "3");
		assertThat(done.applied()).extracting(Applied::replica).containsOnly(holder.replica());
		// on a busy machine V1 may be applied before the other replica looks
		Migrated seen = single(other);
		assertThat(seen).isEqualTo(
				(seen.before() == null) ? done : new Migrated(done.flyway(), "1", "3", done.applied().subList(1, 3)));
		assertThat(other.waited()).isPositive();
		assertThat(other.holder().replica()).as("who it was, after the fact").isEqualTo(holder.replica());
		assertThat(other.progress()).as("there is no work left").isNull();
		assertThat(other.states()).extracting(Entered::state)
			.containsExactly(GateState.CLOSED, GateState.CONNECTING, GateState.WAITING, GateState.SETTLING,
					GateState.OPEN);
		assertThat(holder.steps()).extracting(Step::name)
			.contains("migrate V1 create parcel", "migrate V2 wait for the test", "migrate V3 add column");
		assertThat(other.steps()).extracting(Step::took).doesNotContainNull();
	}

	private static Migrated single(StartReport report) {
		assertThat(report.migrated()).singleElement().satisfies((one) -> assertThat(one.after()).isEqualTo("3"));
		return report.migrated().get(0);
	}

	/**
	 * One statement of the application is the control arm: it is seen. Meanwhile the
	 * pools do not connect by themselves.
	 */
	private void assertCostsTheDatabaseNothing(StartingReplica replica) {
		replica.bean(JdbcTemplate.class).execute("select 1");
		Timestamp before = lastStatement();
		for (int i = 0; i < 100; i++) {
			tell(replica);
		}
		assertThat(lastStatement()).isEqualTo(before);
		replica.bean(JdbcTemplate.class).execute("select 1");
		assertThat(lastStatement()).isAfter(before);
	}

	private Timestamp lastStatement() {
		return Objects.requireNonNull(this.database.jdbc()
			.queryForObject("select max(query_start) from pg_stat_activity where datname = current_database()"
					+ " and application_name like 'a replica%'", Timestamp.class));
	}

	private StartingReplica start(String name) {
		return StartingReplica.of(this.database.properties(), "startgate.replica-name=" + name,
				"spring.flyway.locations=classpath:db/progress", "startgate.lock.lease=15s",
				"spring.datasource.hikari.minimum-idle=0", "spring.datasource.hikari.maximum-pool-size=4",
				"spring.datasource.hikari.data-source-properties.ApplicationName=a replica");
	}

	private static double applied(StartingReplica replica) {
		return replica.bean(MeterRegistry.class).get("startgate.migrations.applied").functionCounter().count();
	}

	private static boolean isAtWork(StartingReplica replica) {
		if (!replica.isShowing()) {
			return false;
		}
		Progress progress = replica.gate().snapshot().progress();
		// the text may go on with the session that it waits for
		return progress != null && progress.current() != null && progress.current().startsWith(CURRENT);
	}

	private static StartReport tell(StartingReplica replica) {
		return new StartgateEndpoint((Gate) replica.gate(), replica.bean(CompletedMigrations.class), Time.system(),
				new StartSettings("migrate", "before-beans"))
			.start();
	}

}

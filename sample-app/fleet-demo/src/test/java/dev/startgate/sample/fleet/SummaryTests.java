package dev.startgate.sample.fleet;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.Evidence.Created;
import dev.startgate.sample.fleet.Evidence.Migration;
import dev.startgate.sample.fleet.Evidence.Start;
import dev.startgate.sample.fleet.FleetEvent.Ended;
import dev.startgate.sample.fleet.FleetEvent.Ready;
import dev.startgate.sample.fleet.FleetEvent.ReadyTooEarly;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link Summary} finds out what is not true.
 */
class SummaryTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final ReplicaStory first = ready("replica-1");

	private final ReplicaStory second = ready("replica-2");

	private List<Migration> history = Stream
		.of("V1__create_parcel.sql", "V2__create_depot_and_postcode.sql", "V3__add_depot_to_parcel.sql",
				"dev.startgate.sample.V4__Assign_parcels_to_depots", "V5__require_depots.sql",
				"V6__validate_depots.sql", "V7__index_parcels_by_due_time.sql", "V8__create_operations_tables.sql")
		.map((script) -> new Migration(script, true))
		.toList();

	private List<Created> created = List.of(new Created("replica-1", "public.parcel"),
			new Created("replica-1", "public.depot"));

	private List<Start> starts = List.of(new Start("replica-1", true, Duration.ZERO, NOW),
			new Start("replica-2", false, Duration.ofSeconds(3), NOW));

	private Map<String, Instant> firstRuns = Map.of("replica-1", NOW.plusMillis(5), "replica-2", NOW.plusMillis(7));

	@Test
	void aGoodStartIsTrue() throws Exception {
		assertThat(untrue(false)).isEmpty();
	}

	@Test
	void aMigrationThatWasAppliedTwiceIsFound() throws Exception {
		this.history = Stream.concat(this.history.stream(), this.history.stream().limit(1)).toList();
		assertThat(untrue(false)).singleElement().asString().startsWith("flyway_schema_history has");
	}

	@Test
	void aMigrationThatFailedIsFound() throws Exception {
		this.history = this.history.stream()
			.map((row) -> new Migration(row.script(), !row.script().startsWith("V5")))
			.toList();
		assertThat(untrue(false)).singleElement().asString().startsWith("flyway_schema_history has");
	}

	@Test
	void aTableThatWasCreatedTwiceIsFound() throws Exception {
		this.created = List.of(new Created("replica-1", "public.parcel"), new Created("replica-1", "public.parcel"));
		assertThat(untrue(false)).containsExactly("Created again: [public.parcel]");
	}

	@Test
	void aReplicaThatMigratedWithoutSayingSoIsFound() throws Exception {
		this.created = List.of(new Created("replica-1", "public.parcel"), new Created("replica-2", "public.depot"));
		assertThat(untrue(false)).singleElement().asString().endsWith("the database saw [replica-1, replica-2]");
	}

	@Test
	void aSchedulerThatTickedBeforeOpenIsFound() throws Exception {
		this.firstRuns = Map.of("replica-1", NOW.plusMillis(5), "replica-2", NOW.minusMillis(7));
		assertThat(untrue(false)).singleElement().asString().endsWith("on [replica-2]");
	}

	@Test
	void aSchedulerThatNeverTickedIsFound() throws Exception {
		this.firstRuns = Map.of("replica-1", NOW.plusMillis(5));
		assertThat(untrue(false)).singleElement().asString().endsWith("on [replica-2]");
	}

	@Test
	void aReplicaThatWasReadyTooEarlyIsFound() throws Exception {
		this.second.add(new ReadyTooEarly("replica-2", NOW, GateState.SETTLING));
		assertThat(untrue(false)).singleElement().asString().startsWith("Ready before OPEN");
	}

	@Test
	void aReplicaThatHasEndedIsFound() throws Exception {
		this.second.add(new Ended("replica-2", NOW, 3));
		assertThat(untrue(false)).containsExactly("replica-2 has ended with exit code 3");
	}

	@Test
	void aReplicaWhoseGateOpenedTwiceIsFound() throws Exception {
		this.starts = Stream.concat(this.starts.stream(), this.starts.stream().skip(1)).toList();
		assertThat(untrue(false)).singleElement().asString().startsWith("The gate opened on");
	}

	@Test
	void whatNobodyWroteDownIsNotTrue() throws Exception {
		this.starts = List.of();
		this.created = List.of();
		this.history = List.of();
		assertThat(untrue(false)).hasSize(5);
	}

	@Test
	void aHolderThatWasNotKilledIsFound() throws Exception {
		assertThat(untrue(true)).singleElement().asString().startsWith("No replica was killed");
	}

	@Test
	void aKilledReplicaNeedNotGetReady() throws Exception {
		ReplicaStory killed = new ReplicaStory("replica-0");
		killed.killed(NOW.minusSeconds(1));
		this.second.add(new StateSeen("replica-2", NOW, GateState.MIGRATING));
		Summary summary = Summary.of(List.of(killed, this.first, this.second), evidence(), true);
		assertThat(summary.isTrue()).isTrue();
		assertThat(summary.points()).first()
			.extracting(Point::text)
			.isEqualTo("replica-0 was killed while it migrated, replica-2 took over 1.0 s later");
	}

	private List<String> untrue(boolean killHolder) throws IOException {
		Summary summary = Summary.of(List.of(this.first, this.second), evidence(), killHolder);
		List<String> untrue = summary.points().stream().filter((point) -> !point.holds()).map(Point::text).toList();
		assertThat(summary.isTrue()).isEqualTo(untrue.isEmpty());
		return untrue;
	}

	private Evidence evidence() {
		return new Evidence(this.history, this.created, this.starts, this.firstRuns);
	}

	private static ReplicaStory ready(String name) {
		ReplicaStory story = new ReplicaStory(name);
		story.add(new Ready(name, NOW, 1));
		return story;
	}

}

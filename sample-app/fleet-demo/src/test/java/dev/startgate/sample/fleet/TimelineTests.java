package dev.startgate.sample.fleet;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what becomes a line of the {@link Timeline}.
 */
class TimelineTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final Timeline timeline = new Timeline(new PrintStream(this.out, true, StandardCharsets.UTF_8), START);

	private final ReplicaStory story = new ReplicaStory("replica-1");

	@Test
	void aRemarkJoinsTheChangeOfStateBeforeIt() {
		see(GateState.WAITING, 1000);
		this.timeline.remark("replica-1", START.plusMillis(1002), "Waiting");
		this.timeline.remark("replica-1", START.plusMillis(4000), "Waited");
		this.timeline.printAll();
		assertThat(lines()).containsExactly("+  1.0 s  replica-1   WAITING     Waiting",
				"+  4.0 s  replica-1   WAITING     Waited");
	}

	@Test
	void aLateRemarkBelongsToTheStateOfItsTime() {
		see(GateState.MIGRATING, 1000);
		this.timeline.state("replica-1", START.plusMillis(1500), "KILLED", "");
		this.timeline.remark("replica-1", START.plusMillis(1100), "Migrating to V1");
		this.timeline.remark("replica-1", START.plusMillis(1200), "Migrating to V2");
		this.timeline.printAll();
		assertThat(lines()).containsExactly("+  1.0 s  replica-1   MIGRATING   Migrating to V1",
				"+  1.2 s  replica-1   MIGRATING   Migrating to V2", "+  1.5 s  replica-1   KILLED");
	}

	@Test
	void aLineIsHeldForAMoment() {
		see(GateState.WAITING, 1000);
		this.timeline.print(START.plusMillis(1200));
		assertThat(lines()).isEmpty();
		this.timeline.print(START.plusMillis(1400));
		assertThat(lines()).containsExactly("+  1.0 s  replica-1   WAITING");
	}

	@Test
	void whatLogAndHealthBothTellIsPrintedOnce() {
		see(GateState.WAITING, 1000);
		see(GateState.WAITING, 1005);
		this.timeline.printAll();
		assertThat(lines()).hasSize(1);
	}

	@Test
	void aLateAnswerIsNoNews() {
		see(GateState.OPEN, 2000);
		see(GateState.SETTLING, 1000);
		this.timeline.printAll();
		assertThat(lines()).containsExactly("+  2.0 s  replica-1   OPEN");
		assertThat(this.story.isIn(GateState.OPEN)).isTrue();
	}

	private void see(GateState state, long millis) {
		new StateSeen("replica-1", START.plusMillis(millis), state).addTo(this.story, this.timeline);
	}

	private String[] lines() {
		return this.out.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
	}

}

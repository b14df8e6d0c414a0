package dev.startgate.actuate;

import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateState;
import dev.startgate.StartupGate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What health shows of a snapshot.
 */
class GateHealthIndicatorTests {

	private static final Holder HOLDER = new Holder("other", 7, Instant.EPOCH, Instant.EPOCH);

	private static final Progress PROGRESS = new Progress(2, 5, "V3 add index", Instant.EPOCH);

	@ParameterizedTest
	@CsvSource({ "OPEN,UP", "FAILED,DOWN", "CLOSED,OUT_OF_SERVICE", "CONNECTING,OUT_OF_SERVICE",
			"WAITING,OUT_OF_SERVICE", "MIGRATING,OUT_OF_SERVICE", "SETTLING,OUT_OF_SERVICE", "BLOCKED,OUT_OF_SERVICE" })
	void statusFollowsTheState(GateState state, String status) {
		assertThat(health(state, null, null, null).getStatus().getCode()).isEqualTo(status);
	}

	@Test
	void showsHolderAndProgress() {
		assertThat(health(GateState.WAITING, HOLDER, PROGRESS, null).getDetails())
			.containsEntry("state", GateState.WAITING)
			.containsEntry("replica", "me")
			.containsEntry("holder", HOLDER)
			.containsEntry("progress", PROGRESS)
			.doesNotContainKeys("reason", "unsettled");
	}

	@Test
	void showsWhyTheStartHasFailed() {
		assertThat(health(GateState.FAILED, null, null, "broken").getDetails()).containsEntry("reason", "broken");
	}

	@Test
	void openGateWithAReasonIsNotReady() {
		assertThat(health(GateState.OPEN, null, null, "too new").getStatus().getCode()).isEqualTo("OUT_OF_SERVICE");
	}

	@Test
	void showsAChildThatIsNotOpenUntilItIsClosed() {
		GateHealthIndicator parent = new GateHealthIndicator(gate(GateState.OPEN, null, null, null));
		try (GateHealthIndicator child = new GateHealthIndicator(gate(GateState.OPEN, null, null, null), parent);
				GateHealthIndicator other = new GateHealthIndicator(gate(GateState.SETTLING, null, null, null),
						child)) {
			assertThat(child.health()).isEqualTo(other.health());
			assertThat(parent.health()).isEqualTo(other.health());
			assertThat(parent.health().getDetails()).containsEntry("state", GateState.SETTLING);
		}
		assertThat(parent.health().getDetails()).containsEntry("state", GateState.OPEN);
	}

	private static Health health(GateState state, Holder holder, Progress progress, String reason) {
		return new GateHealthIndicator(gate(state, holder, progress, reason)).health();
	}

	private static StartupGate gate(GateState state, Holder holder, Progress progress, String reason) {
		StartupGate gate = mock(StartupGate.class);
		given(gate.snapshot())
			.willReturn(new GateSnapshot(state, Instant.EPOCH, "me", holder, progress, List.of(), List.of(), reason));
		return gate;
	}

}

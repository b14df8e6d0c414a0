package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot.Unsettled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said of a wait that was too long.
 */
class WaitingTests {

	@Test
	void whatAnEarlierHolderHasLeftIsNamedAndNobodyIsSaidToHaveTheLock() {
		Waiting waiting = new Waiting("parcels", new Gate("replica", Time.system()), Time.system(), Duration.ZERO);
		List<Unsettled> left = List.of(new Unsettled("session 7 of replica 'gone'", Instant.EPOCH, "which is busy"));
		assertThatExceptionOfType(LockWaitExceededException.class).isThrownBy(() -> waiting.saw(left))
			.withMessage("Waited 0 s for what earlier holders of the lock 'parcels' have left: session 7 of replica "
					+ "'gone', which is busy");
	}

}

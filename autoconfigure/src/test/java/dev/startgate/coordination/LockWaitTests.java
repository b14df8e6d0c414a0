package dev.startgate.coordination;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import dev.startgate.gate.UnderWay;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said of a wait that was too long.
 */
@ExtendWith(OutputCaptureExtension.class)
class LockWaitTests {

	@Test
	void whatAnEarlierHolderHasLeftIsNamedAndNobodyIsSaidToHaveTheLock() {
		LockWait waiting = new LockWait("parcels", new Gate("replica", Time.system()), Time.system(), Duration.ZERO);
		List<Unsettled> left = List.of(new Unsettled("session 7 of replica 'gone'", Instant.EPOCH, "which is busy"));
		assertThatExceptionOfType(LockWaitExceededException.class).isThrownBy(() -> waiting.saw(left))
			.withMessage("Waited 0 s for what earlier holders of the lock 'parcels' have left: session 7 of replica "
					+ "'gone', which is busy");
	}

	@Test
	void aHolderThatHasNotRenewedItsLeaseForLongIsToldFromOneThatLives() {
		ManualTime time = new ManualTime();
		Lock.View view = new Lock.View(new Holder("web-1", 7, Instant.EPOCH, Instant.EPOCH),
				new Progress(1, 3, "V2", Instant.EPOCH), false);
		time.pass(Duration.ofSeconds(9));
		assertThat(ShownHolder.describe(view, time)).isEqualTo(". Replica 'web-1' has the lock: 1 of 3 done, now V2");
		time.pass(Duration.ofSeconds(9));
		assertThat(ShownHolder.describe(view, time))
			.isEqualTo(". Replica 'web-1' has the lock, renewed 18 s ago: 1 of 3 done, now V2");
	}

	@Test
	void itIsSaidOnceWhenTheHolderBecomesLate(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, null);
		Holder holder = new Holder("web-1", 7, Instant.EPOCH, Instant.EPOCH);
		for (int second = 0; second < 20; second++) {
			waiting.saw(holder, null);
			time.pass(Duration.ofSeconds(1));
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("Waiting for replica 'web-1'")))
			.satisfiesExactly((line) -> assertThat(line).doesNotContain("renewed"),
					(line) -> assertThat(line).endsWith("since 1970-01-01T00:00:00Z, renewed 10 s ago"));
	}

	@Test
	void aRowThatStaysLockedIsSaidAndWaitedForNoLongerThanAnythingElse(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, Duration.ofSeconds(45));
		for (int second = 0; second < 45; second++) {
			waiting.missed();
			time.pass(Duration.ofSeconds(1));
			if (second == 0) {
				waiting.saw(new Holder("web-1", 7, Instant.EPOCH, time.instant()), null);
			}
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("Nobody has the lock 'parcels', but a")))
			.hasSize(2);
		time.pass(Duration.ofSeconds(5));
		assertThatExceptionOfType(LockWaitExceededException.class).isThrownBy(waiting::missed)
			.withMessageStartingWith("Waited 49 s for the lock 'parcels', which nobody has, but a session");
	}

	@Test
	void whoHasWorkedMeanwhileHasNotMissedTheLockForAsLong(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, null);
		waiting.missed();
		waiting.end();
		time.pass(Duration.ofMinutes(1));
		waiting.missed();
		assertThat(output).doesNotContain("Nobody has the lock");
	}

	@Test
	void itIsSaidWhenTheHolderWaitsAndNotAtEachMiss(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, null);
		for (int second = 0; second < 25; second++) {
			String current = (second < 2) ? "V2"
					: UnderWay.waiting("V2", "session " + ((second < 4) ? 7 : 100 + second));
			waiting.saw(new Holder("web-1", 7, Instant.EPOCH, time.instant()),
					new Progress(0, 1, current, Instant.EPOCH));
			time.pass(Duration.ofSeconds(1));
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("Waiting for replica 'web-1'")))
			.satisfiesExactly((line) -> assertThat(line).endsWith("now V2"),
					(line) -> assertThat(line).endsWith("now V2, which waits for session 7"),
					(line) -> assertThat(line).endsWith("now V2, which waits for session 112"),
					(line) -> assertThat(line).endsWith("now V2, which waits for session 122"));
	}

	@Test
	void aReplicaThatHasLostItsConnectionDoesNotTakeItsOwnLeaseForThatOfAnother(CapturedOutput output) {
		ManualTime time = new ManualTime();
		Gate gate = new Gate("web-1", time);
		LockWait waiting = new LockWait("parcels", gate, time, null);
		Holder holder = new Holder("web-1", 7, Instant.EPOCH, Instant.EPOCH);
		waiting.lost(holder);
		waiting.saw(holder, null);
		assertThat(gate.snapshot().steps()).extracting(Step::name)
			.containsExactly("wait for the earlier lease of this replica");
		time.pass(Duration.ofSeconds(2));
		waiting.end();
		assertThat(output)
			.contains("This replica 'web-1' waits for its own earlier lease on 'parcels' (generation 7)",
					"Waited 2.0 s for its own earlier lease (generation 7)")
			.doesNotContain("replica 'web-1' (generation 7)");
	}

	@Test
	void anotherReplicaOfTheSameNameIsNotTakenForThisOne(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("web-1", time), time, null);
		waiting.lost(new Holder("web-1", 7, Instant.EPOCH, Instant.EPOCH));
		waiting.saw(new Holder("web-1", 8, Instant.EPOCH, Instant.EPOCH), null);
		assertThat(output).contains("Waiting for replica 'web-1' (generation 8)").doesNotContain("its own");
	}

	@Test
	void whatThisReplicaDoesBetweenTwoWaitsIsNoWaiting(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("web-1", time), time, Duration.ofSeconds(45));
		waiting.saw(new Holder("web-2", 7, Instant.EPOCH, Instant.EPOCH), null);
		time.pass(Duration.ofSeconds(10));
		assertThat(waiting.end()).isEqualTo(Duration.ofSeconds(10));
		time.pass(Duration.ofMinutes(1));
		waiting.saw(new Holder("web-3", 9, Instant.EPOCH, time.instant()), null);
		time.pass(Duration.ofSeconds(2));
		assertThat(waiting.end()).isEqualTo(Duration.ofSeconds(12));
		assertThat(waiting.end()).isEqualTo(Duration.ofSeconds(12));
		waiting.saw(new Holder("web-2", 11, Instant.EPOCH, time.instant()), null);
		time.pass(Duration.ofSeconds(33));
		assertThatExceptionOfType(LockWaitExceededException.class)
			.isThrownBy(() -> waiting.saw(new Holder("web-2", 11, Instant.EPOCH, time.instant()), null))
			.withMessageContaining("Waited 45 s");
		assertThat(output.getAll().lines().filter((line) -> line.contains("Waited "))).satisfiesExactly(
				(line) -> assertThat(line).contains("Waited 10.0 s for replica 'web-2'"),
				(line) -> assertThat(line).contains("Waited 2.0 s for replica 'web-3'"));
	}

	/**
	 * A single loss ends no start, however long the replica has waited before.
	 */
	@Test
	void lossesCountFromTheFirstOne() {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, Duration.ofSeconds(10));
		waiting.saw(new Holder("web-1", 7, Instant.EPOCH, Instant.EPOCH), null);
		time.pass(Duration.ofSeconds(18));
		waiting.lostBeforeWork();
		time.pass(Duration.ofSeconds(9));
		waiting.lostBeforeWork();
		time.pass(Duration.ofSeconds(2));
		assertThatExceptionOfType(LockWaitExceededException.class).isThrownBy(waiting::lostBeforeWork)
			.withMessage("Waited 11 s for the lock 'parcels', which this replica had and lost again before it could "
					+ "begin");
	}

	@Test
	void aLossIsNoWaitForALockedRow(CapturedOutput output) {
		ManualTime time = new ManualTime();
		LockWait waiting = new LockWait("parcels", new Gate("replica", time), time, null);
		waiting.lostBeforeWork();
		time.pass(Duration.ofSeconds(2));
		assertThat(waiting.end()).isZero();
		assertThat(output).doesNotContain("Waited");
	}

}

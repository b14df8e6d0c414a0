package dev.startgate.flyway.ddl;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import dev.startgate.gate.Gate;
import dev.startgate.gate.HeldLock;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how long locks count as held, from what single looks see.
 */
class LockHoldsTests {

	private static final TableLock LOCK = new TableLock("parcel", "ACCESS EXCLUSIVE", 8, Set.of());

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("me", this.time);

	private final LockHolds holds = new LockHolds(this.gate, this.time, false);

	@Test
	void aLockIsHeldFromTheStatementThatTookItToTheEnd() {
		seen(Duration.ofSeconds(2), Duration.ofSeconds(1), LOCK);
		seen(Duration.ofSeconds(3), Duration.ofSeconds(2), LOCK);
		assertThat(held(Duration.ofSeconds(4))).containsExactly(Duration.ofSeconds(3));
	}

	/**
	 * The statement may have ended after the look began, but nobody has heard that yet.
	 */
	@Test
	void aLockThatIsGoneWasHeldUntilTheLookBegan() {
		seen(Duration.ofSeconds(1), Duration.ofSeconds(1), LOCK);
		seen(Duration.ofSeconds(3), Duration.ofSeconds(1));
		assertThat(held(Duration.ofSeconds(9))).containsExactly(Duration.ofSeconds(2));
	}

	@Test
	void aLockThatIsTakenAgainCountsTwice() {
		seen(Duration.ofSeconds(1), Duration.ofSeconds(1), LOCK);
		seen(Duration.ofSeconds(3), Duration.ofSeconds(1));
		seen(Duration.ofSeconds(6), Duration.ofSeconds(5), LOCK);
		assertThat(held(Duration.ofSeconds(9))).containsExactly(Duration.ofSeconds(6));
	}

	@Test
	void nothingIsSaidOfWhatIsQuick() {
		seen(Duration.ofMillis(500), Duration.ZERO, LOCK);
		assertThat(held(Duration.ofMillis(999))).isEmpty();
	}

	private void seen(Duration at, Duration taken, TableLock... locks) {
		this.holds.seen("V1 one", List.of(locks), at.toNanos(), taken.toNanos());
	}

	private List<Duration> held(Duration end) {
		this.time.pass(end);
		this.holds.released();
		this.holds.tell();
		return this.gate.journal().entries().locks().stream().map(HeldLock::held).toList();
	}

}

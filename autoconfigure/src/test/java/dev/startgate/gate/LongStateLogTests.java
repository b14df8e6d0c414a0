package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.testing.ManualTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LongStateLog}, with a timer that is turned by hand.
 */
@ExtendWith(OutputCaptureExtension.class)
class LongStateLogTests {

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("web-1", this.time);

	private @Nullable Runnable timer;

	private long firstDelay;

	@BeforeEach
	void listen() {
		ScheduledExecutorService timers = mock();
		given(timers.scheduleAtFixedRate(any(), anyLong(), anyLong(), any())).willAnswer((call) -> {
			this.timer = call.getArgument(0);
			this.firstDelay = call.getArgument(1);
			ScheduledFuture<?> future = mock();
			given(future.cancel(false)).willAnswer((cancel) -> {
				this.timer = null;
				return true;
			});
			return future;
		});
		this.gate.addListener(new LongStateLog(this.gate, this.time, timers));
	}

	@Test
	void aHolderTellsHowFarALongMigrationIs(CapturedOutput output) {
		this.gate.moveTo(GateState.MIGRATING);
		this.time.pass(Duration.ofSeconds(2));
		this.gate.show(new Holder("web-1", 1, Instant.EPOCH, Instant.EPOCH),
				new Progress(1, 3, "V2 backfill", this.time.instant()));
		turn();
		assertThat(output).contains("This replica 'web-1' has been migrating for 32 s, since 1970-01-01T00:00:00Z: "
				+ "1 of 3 done, now V2 backfill, for 30 s");
		turn();
		assertThat(output).contains("has been migrating for 62 s").contains("now V2 backfill, for 60 s");
	}

	@Test
	void anAnswerThatDoesNotChangeIsSaidAgain(CapturedOutput output) {
		this.gate.moveTo(GateState.SETTLING);
		this.gate.show(List.of(new Unsettled("index", Instant.EPOCH, "1 of 2 shards"),
				new Unsettled("cache", Instant.EPOCH, "cold")));
		turn();
		assertThat(output).contains("has been settling for 30 s, since 1970-01-01T00:00:00Z: "
				+ "waiting for 'index' (1 of 2 shards), waiting for 'cache' (cold)");
	}

	@Test
	void aStepThatIsUnderWayIsNamed(CapturedOutput output) {
		this.gate.moveTo(GateState.CONNECTING);
		this.gate.begin(StepKind.LOOK, "migrations of 'flyway'").close();
		this.gate.begin(StepKind.REACH, "the database");
		this.gate.journal()
			.retry(StartCounter.DATABASE_UNREACHABLE, Instant.EPOCH,
					"The database can't be reached: Connection refused");
		turn();
		assertThat(output).contains("has been connecting for 30 s, since 1970-01-01T00:00:00Z: reach the database. "
				+ "The database can't be reached: Connection refused");
	}

	@Test
	void aBlockedReplicaTellsTheFirstLineOfTheReason(CapturedOutput output) {
		this.gate.block("Migration V2 failed\nand this is what to type");
		turn();
		assertThat(output).contains("blocked for 30 s, since 1970-01-01T00:00:00Z: Migration V2 failed")
			.doesNotContain("what to type");
	}

	@Test
	void anAttemptInBetweenDoesNotPutTheReminderOff(CapturedOutput output) {
		this.gate.block("Migration V2 failed");
		this.time.pass(Duration.ofSeconds(50));
		this.gate.moveTo(GateState.CONNECTING);
		this.gate.block("Migration V2 failed", Instant.EPOCH);
		assertThat(this.firstDelay).isEqualTo(10_000);
		this.time.pass(Duration.ofSeconds(10));
		assertThat(this.timer).isNotNull();
		this.timer.run();
		assertThat(output).contains("has been blocked for 60 s, since 1970-01-01T00:00:00Z");
	}

	@Test
	void beansOfTheApplicationThatTakeLongAreNotOurs(CapturedOutput output) {
		this.gate.moveTo(GateState.SETTLING);
		turn();
		assertThat(output).doesNotContain("has been");
	}

	@Test
	void nothingIsSaidWhileItWaitsOrAtTheEnd() {
		this.gate.moveTo(GateState.MIGRATING);
		assertThat(this.timer).isNotNull();
		this.gate.moveTo(GateState.WAITING);
		assertThat(this.timer).isNull();
		this.gate.moveTo(GateState.SETTLING);
		assertThat(this.timer).isNotNull();
		this.gate.moveTo(GateState.OPEN);
		assertThat(this.timer).isNull();
	}

	private void turn() {
		this.time.pass(Duration.ofSeconds(30));
		assertThat(this.timer).isNotNull();
		this.timer.run();
	}

}

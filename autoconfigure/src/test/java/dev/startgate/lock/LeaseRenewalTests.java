package dev.startgate.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the renewal of a lease says of its failures.
 */
class LeaseRenewalTests {

	private final List<String> told = Collections.synchronizedList(new ArrayList<>());

	@Test
	void anEndDuringARenewalIsNoErrorOfIt() throws InterruptedException {
		CountDownLatch renewing = new CountDownLatch(1);
		try (StartExecutors threads = new StartExecutors()) {
			LeaseClock clock = new LeaseClock(Time.system(), Duration.ofSeconds(20), System.nanoTime());
			new LeaseRenewal("a lock", clock, threads, () -> true, () -> {
				threads.timers().shutdownNow();
				renewing.countDown();
				return true;
			}, () -> this.told.add("extended"), () -> this.told.add("failed"), (why, lost) -> this.told.add(why))
				.start();
			assertThat(renewing.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			threads.workers().shutdown();
			assertThat(threads.workers().awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(this.told).isEmpty();
		}
	}

	@Test
	void aLossIsReportedAlsoByTheThreadThatUsesTheConnection() {
		ManualTime time = new ManualTime();
		try (StartExecutors threads = new StartExecutors()) {
			LeaseClock clock = new LeaseClock(time, Duration.ofHours(1), time.nanoTime());
			LeaseRenewal renewal = new LeaseRenewal("a lock", clock, threads, () -> false, () -> true,
					() -> this.told.add("extended"), () -> this.told.add("failed"),
					(why, unreachable) -> this.told.add(why + ", unreachable: " + unreachable));
			renewal.renewIfDue();
			assertThat(this.told).isEmpty();
			time.pass(Duration.ofMinutes(30));
			renewal.renewIfDue();
			assertThat(this.told)
				.containsExactly("another replica has it, or its row in the database was changed, unreachable: false");
		}
	}

	/**
	 * The thread that works may notice the end of the lease before the watch does.
	 */
	@Test
	void aLeaseThatRunsOutAfterAFailureIsLostBecauseOfTheDatabase() throws InterruptedException {
		CountDownLatch failed = new CountDownLatch(1);
		try (StartExecutors threads = new StartExecutors()) {
			LeaseClock clock = new LeaseClock(Time.system(), Duration.ofSeconds(20), System.nanoTime());
			LeaseRenewal renewal = new LeaseRenewal("a lock", clock, threads, () -> true, () -> {
				throw new IllegalStateException("raised for a test");
			}, () -> this.told.add("extended"), failed::countDown,
					(why, unreachable) -> this.told.add(why + ", unreachable: " + unreachable));
			assertThat(renewal.loseIfFailing()).isFalse();
			renewal.start();
			assertThat(failed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(renewal.loseIfFailing()).isTrue();
			assertThat(this.told).containsExactly("it could not be renewed for 20 s, unreachable: true");
		}
	}

}

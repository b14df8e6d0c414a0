package dev.startgate.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.junit.jupiter.api.Test;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application ends while its lease is renewed.
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

}

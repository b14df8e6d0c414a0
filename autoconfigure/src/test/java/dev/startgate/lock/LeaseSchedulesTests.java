package dev.startgate.lock;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import dev.startgate.coordination.LeaseLostException;
import dev.startgate.testing.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads that use one lease, in many orders: its renewal, its watch, the one that
 * works and closes it, and the one that gives it up because the process ends. The build
 * tries a few orders.
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=LeaseSchedulesTests -Dschedules=10000
 * </pre>
 */
class LeaseSchedulesTests {

	private static final Duration DUE = SteppedLease.LENGTH.dividedBy(2);

	@Test
	void aReleasedLeaseIsNotRenewed() {
		tryOrders((stepped, schedule) -> {
			stepped.pass(DUE);
			schedule.start("renewal", stepped.timer(0));
			schedule.start("worker", closing(stepped));
			schedule.run();
			assertThat(stepped.lease().isReleased()).isTrue();
			assertThat(stepped.isHeld()).isFalse();
			assertThat(stepped.losses()).isZero();
		});
	}

	@Test
	void aLossIsToldOnceOrTheLeaseIsReleased() {
		tryOrders((stepped, schedule) -> {
			stepped.pass(SteppedLease.LENGTH);
			stepped.steal();
			schedule.start("renewal", stepped.timer(0));
			schedule.start("watch", stepped.timer(1));
			schedule.start("worker", () -> {
				try {
					stepped.lease().ensureHeld();
				}
				catch (LeaseLostException ex) {
					// the lease is lost by now
				}
				return closing(stepped).call();
			});
			schedule.run();
			assertThat(stepped.losses()).isEqualTo(stepped.lease().isReleased() ? 0 : 1);
		});
	}

	@Test
	void aLeaseIsReleasedOrLostButNotBoth() {
		tryOrders((stepped, schedule) -> {
			stepped.pass(SteppedLease.LENGTH);
			schedule.start("watch", stepped.timer(1));
			schedule.start("worker", closing(stepped));
			schedule.run();
			assertThat(stepped.losses()).isEqualTo(stepped.lease().isReleased() ? 0 : 1);
		});
	}

	/**
	 * A statement that hangs does not hold up the end of the process either.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void nothingWorksUnderALeaseThatIsReleasedWhenTheProcessEnds(boolean hangs) {
		tryOrders((stepped, schedule) -> {
			stepped.pass(DUE);
			if (hangs) {
				stepped.database().hang();
			}
			schedule.start("renewal", stepped.timer(0));
			endAndClose(stepped, schedule);
			schedule.run();
			assertThat(stepped.losses()).isZero();
			assertThat(stepped.isHeld()).isNotEqualTo(stepped.lease().isReleased());
		});
	}

	@Test
	void aLossWhileTheProcessEndsIsNotReleased() {
		tryOrders((stepped, schedule) -> {
			stepped.pass(SteppedLease.LENGTH);
			schedule.start("watch", stepped.timer(1));
			endAndClose(stepped, schedule);
			schedule.run();
			assertThat(stepped.losses() > 0 && stepped.lease().isReleased()).isFalse();
		});
	}

	/**
	 * Give up the lease and close it only then, as the shutdown hook does. A statement
	 * may hang for longer than that. The worker may be gone before its last statement.
	 */
	private static void endAndClose(SteppedLease stepped, Schedule schedule) {
		CountDownLatch abandoned = new CountDownLatch(1);
		schedule.start("shutdown", () -> {
			stepped.lease().abandon("the process ends");
			stepped.database().timeOut();
			abandoned.countDown();
			return true;
		});
		schedule.start("statements", stepped::work);
		schedule.start("worker", () -> {
			abandoned.await();
			return closing(stepped).call();
		});
	}

	private static Callable<Boolean> closing(SteppedLease stepped) {
		return () -> {
			stepped.lease().close();
			return true;
		};
	}

	private static void tryOrders(Check check) {
		Schedule.tryOrders((schedule) -> {
			try (SteppedLease stepped = new SteppedLease(schedule)) {
				check.accept(stepped, schedule);
			}
		});
	}

	/**
	 * Starts threads, and checks the result.
	 */
	@FunctionalInterface
	private interface Check {

		void accept(SteppedLease stepped, Schedule schedule) throws Exception;

	}

}

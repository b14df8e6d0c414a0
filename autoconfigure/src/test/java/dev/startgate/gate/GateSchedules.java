package dev.startgate.gate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.startgate.GateFailedException;
import dev.startgate.GateState;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

import org.springframework.util.Assert;

/**
 * Threads change the gate at once. Lincheck chooses among many orders. Not part of the
 * build, since Lincheck takes a busy machine for a hang. (It does not understand
 * AssertJ.)
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=GateSchedules -Dschedules=10000
 * </pre>
 */
class GateSchedules {

	private static final int SCHEDULES = Integer.getInteger("schedules", 1000);

	@Test
	void aFailureComesWithItsOwnCause() {
		Lincheck.runConcurrentTest(SCHEDULES, () -> {
			Gate gate = new Gate("one", Time.system());
			runAtOnce(() -> gate.fail(new IllegalStateException("one"), "one"),
					() -> gate.fail(new IllegalStateException("other"), "other"));
			try {
				gate.awaitOpen(Duration.ZERO);
				throw new AssertionError("It is open");
			}
			catch (GateFailedException ex) {
				Assert.state(ex.getMessage().endsWith(ex.getCause().getMessage()), "It names the other cause");
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void oneEndIsToldOnceAndStays() {
		Lincheck.runConcurrentTest(SCHEDULES, () -> {
			Gate gate = new Gate("one", Time.system());
			gate.moveTo(GateState.SETTLING);
			List<GateState> told = new CopyOnWriteArrayList<>();
			gate.addListener((before, after) -> told.add(after.state()));
			runAtOnce(() -> gate.moveTo(GateState.OPEN), gate::close);
			Assert.state(told.size() == 1 && told.get(0) == gate.snapshot().state(), told::toString);
		});
	}

	private static void runAtOnce(Runnable one, Runnable other) {
		Thread first = new Thread(one);
		Thread second = new Thread(other);
		first.start();
		second.start();
		try {
			first.join();
			second.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

package dev.startgate.coordination;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.gate.Gate;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * A thread is asked to end while it works.
 */
class ShutdownHookTests {

	/**
	 * Otherwise a migration that reacts to the interrupt would fail before its sessions
	 * are ended, and Flyway would record that failure.
	 */
	@Test
	void isInterruptedOnceTheLeaseIsGivenUp() throws InterruptedException {
		Thread working = Thread.currentThread();
		AtomicReference<Thread> hook = new AtomicReference<>();
		AtomicBoolean before = new AtomicBoolean(true);
		Lease lease = mock();
		willAnswer((invocation) -> {
			before.set(working.isInterrupted());
			return null;
		}).given(lease).abandon(any());
		try (ShutdownHook shutdown = ShutdownHook.add(mock(Gate.class, Answers.RETURNS_DEEP_STUBS), hook::set,
				(thread) -> {
					throw new IllegalStateException("the JVM is ending");
				})) {
			shutdown.guard(lease, "lock");
			hook.get().start();
			while (!Thread.interrupted()) {
				Thread.onSpinWait();
			}
			shutdown.release(lease);
		}
		hook.get().join();
		assertThat(before).isFalse();
	}

}

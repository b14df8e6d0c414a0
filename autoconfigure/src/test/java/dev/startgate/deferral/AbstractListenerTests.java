package dev.startgate.deferral;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for message listeners of any broker. The application listens with a container
 * {@code parcels}. Its container {@code stopped} is not to start by itself.
 */
abstract class AbstractListenerTests {

	/** A name of its own for each test. */
	final String destination = "parcels-" + UUID.randomUUID();

	private final Class<?> application;

	AbstractListenerTests(Class<?> application) {
		this.application = application;
	}

	@Test
	void withoutStartgateTheMessageIsDeliveredTooEarly() {
		send("first");
		try (HeldApplication application = HeldApplication.without(this.application, properties())) {
			application.awaitCalls(1);
			assertThat(application.calls().early()).containsExactly("first");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void messageIsDeliveredOnceTheGateIsOpen() {
		send("first");
		try (HeldApplication application = HeldApplication.with(this.application, properties())) {
			application.awaitHeld();
			assertThat(application.calls().all()).isEmpty();
			assertThat(isRunning(application, "parcels")).isFalse();
			checkThatFirstMessageWaits();
			application.release();
			send("second");
			application.awaitCalls(2);
			assertThat(application.calls().all()).containsExactly("first", "second");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Test
	void containerThatIsNotToStartStaysStopped() {
		try (HeldApplication application = HeldApplication.with(this.application, properties())) {
			application.release();
			assertThat(isRunning(application, "parcels")).isTrue();
			assertThat(isRunning(application, "stopped")).isFalse();
		}
	}

	abstract void send(String message);

	abstract String[] properties();

	abstract boolean isRunning(HeldApplication application, String container);

	/**
	 * Check that the broker still has the first message, if the broker can tell.
	 */
	void checkThatFirstMessageWaits() {
	}

}

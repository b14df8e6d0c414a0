package dev.startgate.coordination;

import java.sql.SQLException;
import java.time.Duration;

import dev.startgate.gate.Gate;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How long {@link DatabaseRetry} tries.
 */
class DatabaseRetryTests {

	private final ManualTime time = new ManualTime();

	private final Gate gate = new Gate("me", this.time);

	private final DatabaseRetry connecting = new DatabaseRetry(this.gate, this.time, this.time::pass,
			Duration.ofSeconds(60));

	@Test
	void aServerThatIsNotThereIsWaitedForUntilTheTimeIsOver() {
		fails("08001", Duration.ZERO, Duration.ofSeconds(60));
	}

	@ParameterizedTest
	@ValueSource(strings = { "28P01", "08004" })
	void whoIsRefusedIsGivenLessTime(String state) {
		fails(state, Duration.ZERO, Duration.ofSeconds(5));
	}

	@Test
	void aServerThatHasJustComeMayRefuseForAsLong() {
		fails("28P01", Duration.ofSeconds(20), Duration.ofSeconds(25));
	}

	@Test
	void whoIsRefusedIsNotGivenMoreTimeThanThereIs() {
		fails("28P01", Duration.ofSeconds(57), Duration.ofSeconds(60));
	}

	/**
	 * Try until it fails: first there is no server, then it answers with this state.
	 */
	private void fails(String state, Duration since, Duration expected) {
		assertThatExceptionOfType(DatabaseUnreachableException.class).isThrownBy(() -> this.connecting.reach(() -> {
			boolean answers = this.time.since(0).compareTo(since) >= 0;
			throw new DatabaseUnreachableException(new SQLException("no", answers ? state : "08001"));
		}));
		assertThat(this.time.since(0)).isBetween(expected, expected.plusSeconds(3));
		assertThat(this.gate.snapshot().steps()).singleElement()
			.satisfies((step) -> assertThat(step.took()).isNotNull());
	}

}

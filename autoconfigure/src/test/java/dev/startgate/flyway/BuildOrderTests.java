package dev.startgate.flyway;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BuildOrderTests {

	/** The third one is a time in nanoseconds. */
	@ParameterizedTest
	@ValueSource(longs = { 0, 7, 1_796_000_000_000_000_000L, Long.MAX_VALUE - 1 })
	void isReadAsItWasWritten(long number) {
		BuildOrder order = BuildOrder.of(number, null);
		assertThat(BuildOrder.read(order.write())).contains(order);
		assertThat(order.isBefore(BuildOrder.of(number + 1, null))).isTrue();
	}

}

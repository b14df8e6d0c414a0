package dev.startgate.chaos;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the harness accepts a failure only if a disturbance may have caused it.
 */
class InvariantsTests {

	private static final String RECORDED = """
			Description:

			Flyway has recorded that a migration failed: V4 'index concurrently'. A part of it may be applied.
			""";

	private static final String IN_V4 = """
			Migrating schema "public" to version "3 - insert in steps"
			Migrating schema "public" to version "4 - index concurrently"
			""";

	@Test
	void aRecordedFailureMayComeFromADisturbance() {
		assertThat(Invariants.mayFail(RECORDED, List.of(IN_V4))).isTrue();
	}

	@Test
	void aRecordedFailureOfWhatNobodyHasDisturbedIsAViolation() {
		assertThat(Invariants.mayFail(RECORDED, List.of())).isFalse();
		assertThat(Invariants.mayFail(RECORDED, List.of("Asked to stop", IN_V4 + IN_V4.replace("4 - ", "5 - "))))
			.isFalse();
	}

	@Test
	void anotherFailureIsAViolation() {
		assertThat(Invariants.mayFail("Description:\n\nThe migration V4 has failed", List.of(IN_V4))).isFalse();
		assertThat(Invariants.mayFail("Description:\n\nLost the lease on 'public'", List.of())).isTrue();
	}

}

package dev.startgate.lock;

import java.time.Instant;

import dev.startgate.GateSnapshot.Progress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProgressNote}.
 */
class ProgressNoteTests {

	private static final Instant HERE = Instant.parse("2026-11-21T03:04:05Z");

	private static final Instant THERE = Instant.parse("2026-11-21T07:00:00Z");

	@Test
	void whoReadsItKnowsSinceWhenOnItsOwnClock() {
		String note = ProgressNote.write(new Progress(2, 5, "V3 add index", HERE.minusSeconds(31)), HERE);
		assertThat(note).isEqualTo("2/5 +31 V3 add index");
		assertThat(ProgressNote.read(note, THERE))
			.isEqualTo(new Progress(2, 5, "V3 add index", THERE.minusSeconds(31)));
	}

	@Test
	void betweenTwoMigrationsThereIsNoName() {
		String note = ProgressNote.write(new Progress(2, 5, null, HERE), HERE);
		assertThat(ProgressNote.read(note, THERE)).isEqualTo(new Progress(2, 5, null, THERE));
	}

	@Test
	void anythingElseIsNoProgress() {
		assertThat(ProgressNote.read("soon", THERE)).isNull();
		assertThat(ProgressNote.read(null, THERE)).isNull();
	}

}

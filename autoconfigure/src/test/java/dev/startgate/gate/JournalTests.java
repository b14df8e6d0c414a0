package dev.startgate.gate;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Journal}.
 */
class JournalTests {

	private final Journal journal = new Journal();

	@Test
	void retriesAreAllCountedAndTheLastOnesKept() {
		for (int i = 1; i <= 50; i++) {
			this.journal.retry(Occurrence.DATABASE_UNREACHABLE, Instant.EPOCH.plusSeconds(i), "refused " + i);
		}
		assertThat(this.journal.entries().count(Occurrence.DATABASE_UNREACHABLE)).isEqualTo(50);
		assertThat(this.journal.entries().retries()).hasSize(20)
			.last()
			.isEqualTo(new Journal.Retry(Instant.EPOCH.plusSeconds(50), Occurrence.DATABASE_UNREACHABLE, "refused 50"));
	}

	@Test
	void whatIsDeferredIsReplaced() {
		this.journal.defer(List.of("listeners", "jobs"));
		this.journal.count(Occurrence.LEASE_RENEWED);
		assertThat(this.journal.entries().deferred()).containsExactly("jobs", "listeners");
		this.journal.defer(List.of());
		assertThat(this.journal.entries().deferred()).isEmpty();
	}

}

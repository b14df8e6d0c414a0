package dev.startgate.gate;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartJournal}.
 */
class StartJournalTests {

	private final StartJournal journal = new StartJournal();

	@Test
	void retriesAreAllCountedAndTheLastOnesKept() {
		for (int i = 1; i <= 50; i++) {
			this.journal.retry(StartCounter.DATABASE_UNREACHABLE, Instant.EPOCH.plusSeconds(i), "refused " + i);
		}
		assertThat(this.journal.entries().count(StartCounter.DATABASE_UNREACHABLE)).isEqualTo(50);
		assertThat(this.journal.entries().retries()).hasSize(20)
			.last()
			.isEqualTo(new StartJournal.Retry(Instant.EPOCH.plusSeconds(50), StartCounter.DATABASE_UNREACHABLE,
					"refused 50"));
	}

	@Test
	void whatIsDeferredIsReplaced() {
		this.journal.defer(List.of("listeners", "jobs"));
		this.journal.count(StartCounter.LEASE_RENEWED);
		assertThat(this.journal.entries().deferred()).containsExactly("jobs", "listeners");
		this.journal.defer(List.of());
		assertThat(this.journal.entries().deferred()).isEmpty();
	}

}

package dev.startgate.flyway;

import java.time.Instant;
import java.util.List;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * What becomes of the note of a transient failure.
 */
class FailureNotesTests {

	private static final String ITEM = "history V7";

	private final Lease lease = mock(Answers.RETURNS_DEEP_STUBS);

	private final FailureNotes failures = new FailureNotes(new NoteKeys(null, "history", ""), null);

	/**
	 * A note that stays could be taken for the reason of the next failure, if the replica
	 * with that failure ends before it notes its own reason.
	 */
	@Test
	void itIsErasedOnceAPersonHasRemovedTheRow() {
		removeTransient("version: 7\nrecorded: true\npasses: true", MigrationState.PENDING);
		then(this.lease.notes()).should().erase(HolderNote.Kind.FAILURE, ITEM);
	}

	@Test
	void itStaysAsLongAsTheRow() {
		removeTransient("version: 7\nrecorded: true\npasses: true", MigrationState.FAILED);
		then(this.lease.notes()).should(never()).erase(any(), any());
	}

	@Test
	void oneThatDoesNotPassStays() {
		removeTransient("version: 7\nrecorded: true\npasses: false", MigrationState.PENDING);
		then(this.lease.notes()).should(never()).erase(any(), any());
	}

	private void removeTransient(String detail, MigrationState state) {
		given(this.lease.notes().read(HolderNote.Kind.FAILURE)).willReturn(
				List.of(new HolderNote(HolderNote.Kind.FAILURE, ITEM, detail, "replica", 3, Instant.EPOCH, "delete")));
		MigrationInfo migration = mock();
		given(migration.getVersion()).willReturn(MigrationVersion.fromVersion("7"));
		given(migration.getState()).willReturn(state);
		assertThat(new NoteKeys(null, "history", "").item(migration)).isEqualTo(ITEM);
		this.failures.removeTransient(this.lease, () -> new MigrationInfo[] { migration });
	}

}

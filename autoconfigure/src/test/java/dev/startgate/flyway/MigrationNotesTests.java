package dev.startgate.flyway;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.HolderNotes;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Lock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willDoNothing;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * When a holder reads the notes of others, and when it writes none.
 */
class MigrationNotesTests {

	private final HolderNotes written = mock();

	private final Lease lease = mock();

	private final MigrationNotes notes = new MigrationNotes(new NoteKeys(null, "history", ""), OnInterrupted.STOP,
			mock(), new InvalidIndexes(new NoteKeys(null, "history", ""), mock(), Flyway.configure()));

	@BeforeEach
	void givenTheNotes() {
		given(this.lease.notes()).willReturn(this.written);
		hold(1);
	}

	@Test
	void withoutTheLeaseNothingIsNoted() {
		willThrow(new LeaseLostException("history", "it is over", false)).given(this.lease).ensureHeld();
		FlywayException failure = new FlywayException("no");
		MigrationInfo migration = mock();
		given(migration.getScript()).willReturn("V2__add_index.sql");
		given(migration.getDescription()).willReturn("add index");
		assertThat(this.notes.failed(this.lease, new FailedRun(failure, true, List.of(migration), null, null),
				Optional::empty))
			.isSameAs(failure);
		assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(LeaseLostException.class);
		then(this.written).should(never()).write(any(), any(), any());
	}

	/**
	 * A strategy may migrate several times in one turn. Between two turns another replica
	 * may have been interrupted.
	 */
	@Test
	void aStrategyIsGivenThemOnceInEachTurn() {
		Lock lock = mock();
		for (int turn = 1; turn <= 2; turn++) {
			this.notes.begin(lock);
			this.notes.checkOnce(this.lease, Optional::empty, false);
			this.notes.checkOnce(this.lease, Optional::empty, false);
			then(this.written).should(times(turn)).read(HolderNote.Kind.INTENT);
		}
	}

	/**
	 * A strategy may go on in the same turn, but under another lease.
	 */
	@Test
	void whoHasLostTheLeaseReadsThemAgain() {
		this.notes.begin(mock(Lock.class));
		this.notes.checkOnce(this.lease, Optional::empty, false);
		LeaseLostException lost = new LeaseLostException("history", "it is over", true);
		willThrow(lost).given(this.lease).ensureHeld();
		this.notes.failed(this.lease, new FailedRun(new FlywayException(lost), true, List.of(), null, null),
				Optional::empty);
		willDoNothing().given(this.lease).ensureHeld();
		this.notes.checkOnce(this.lease, Optional::empty, false);
		then(this.written).should(times(2)).read(HolderNote.Kind.INTENT);
	}

	/**
	 * The strategy may have lost the lease in work of its own.
	 */
	@Test
	void underTheNextLeaseTheyAreReadAgain() {
		this.notes.begin(mock(Lock.class));
		this.notes.checkOnce(this.lease, Optional::empty, false);
		hold(2);
		this.notes.checkOnce(this.lease, Optional::empty, false);
		then(this.written).should(times(2)).read(HolderNote.Kind.INTENT);
	}

	@Test
	void whoCouldNotReadThemReadsThemAgain() {
		this.notes.begin(mock(Lock.class));
		given(this.written.read(HolderNote.Kind.INTENT)).willThrow(IllegalStateException.class).willReturn(List.of());
		assertThatIllegalStateException().isThrownBy(() -> this.notes.checkOnce(this.lease, Optional::empty, false));
		this.notes.checkOnce(this.lease, Optional::empty, false);
		then(this.written).should(times(2)).read(HolderNote.Kind.INTENT);
	}

	private void hold(long generation) {
		given(this.lease.holder()).willReturn(new Holder("me", generation, Instant.EPOCH, Instant.EPOCH));
	}

	@Test
	void whatFailsForAReasonThatPassesIsNotTriedAgainBeforeTheyWereReadAgain() {
		this.notes.begin(mock(Lock.class));
		this.notes.checkOnce(this.lease, Optional::empty, false);
		this.notes.failed(this.lease, new FailedRun(new FlywayException("no"), true, List.of(), null, "a deadlock"),
				Optional::empty);
		this.notes.checkOnce(this.lease, Optional::empty, false);
		then(this.written).should(times(2)).read(HolderNote.Kind.INTENT);
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.startgate.ChunkedMigration;
import dev.startgate.Rerunnable;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Context;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Which migrations leave a note, and what becomes of it.
 */
class IntentNotesTests {

	private final Lease lease = mock(Answers.RETURNS_DEEP_STUBS);

	private final IntentNotes intents = new IntentNotes(new NoteKeys("public", "history", ""));

	@Test
	void aMigrationInATransactionNeedsNone() throws SQLException {
		assertThat(this.intents.isNeeded(context(migration("7", 1, MigrationState.PENDING), false, false))).isFalse();
	}

	@Test
	void oneWithoutATransactionNeedsOne() throws SQLException {
		MigrationInfo migration = migration("7", 1, MigrationState.PENDING);
		assertThat(this.intents.isNeeded(context(migration, true, false))).isTrue();
		this.intents.write(this.lease, migration);
		then(this.lease.notes()).should()
			.write(eq(HolderNote.Kind.INTENT), eq("public.history V7"), contains("script: V7__add_index.sql"));
	}

	@Test
	void oneOnADatabaseThatCommitsDdlByItselfNeedsOne() throws SQLException {
		MigrationInfo migration = migration(null, 1, MigrationState.PENDING);
		assertThat(this.intents.isNeeded(context(migration, false, true))).isTrue();
		assertThat(this.intents.draft(migration).item()).isEqualTo("public.history R add index");
	}

	@Test
	void oneInChunksNeedsNone() throws SQLException {
		MigrationInfo migration = migration("7", null, MigrationState.PENDING);
		given(migration.getScript()).willReturn(Chunks.class.getName());
		assertThat(this.intents.isNeeded(context(migration, true, true))).isFalse();
	}

	@Test
	void onlyAClassThatSaysSoMayBeRunAgain() {
		MigrationInfo migration = migration("7", null, MigrationState.PENDING);
		assertThat(this.intents.isRerunnable(migration)).isFalse();
		given(migration.getScript()).willReturn(Chunks.class.getName());
		assertThat(this.intents.isRerunnable(migration)).isFalse();
		given(migration.getScript()).willReturn(Again.class.getName());
		assertThat(this.intents.isRerunnable(migration)).isTrue();
	}

	@Test
	void whatIsPendingWasInterrupted() {
		note("public.history V7", 1);
		assertThat(resolve(migration("7", 2, MigrationState.PENDING))).hasSize(1);
	}

	@Test
	void whatIsRecordedHasEnded() {
		for (MigrationState state : List.of(MigrationState.SUCCESS, MigrationState.FAILED, MigrationState.OUT_OF_ORDER,
				MigrationState.BASELINE, MigrationState.BELOW_BASELINE)) {
			note("public.history V7", 1);
			assertThat(resolve(migration("7", 1, state))).isEmpty();
			then(this.lease.notes()).should().erase(HolderNote.Kind.INTENT, "public.history V7");
			clearInvocations(this.lease.notes());
		}
	}

	/**
	 * Equal checksums prove nothing, since migrations in Java have none.
	 */
	@Test
	void whatABaselineMakesNeedlessIsAnotherFile() {
		note("public.history V7", 1);
		MigrationInfo needless = migration("7", 1, MigrationState.BASELINE_IGNORED);
		given(needless.getScript()).willReturn("V7__another.sql");
		assertThat(resolve(needless, migration("7", 1, MigrationState.PENDING))).hasSize(1);
		then(this.lease.notes()).should(never()).erase(any(), any());
	}

	@Test
	void aRepeatableMigrationHasEndedIfItWasRecordedWithTheSameChecksum() {
		note("public.history R add index", 2);
		MigrationInfo pending = migration(null, 2, MigrationState.PENDING);
		assertThat(resolve(migration(null, 2, MigrationState.SUPERSEDED), migration(null, 1, MigrationState.OUTDATED),
				pending))
			.hasSize(1);
		assertThat(resolve(migration(null, 2, MigrationState.OUTDATED), pending)).isEmpty();
	}

	@Test
	void thePositionOfARepeatableMigrationIsForgottenOnceItsContentIsApplied() {
		List<HolderNote> notes = List.of(new HolderNote(HolderNote.Kind.POSITION, "public.history R add index",
				"2 50000", "killed", 3, Instant.EPOCH, "delete"));
		for (MigrationState state : List.of(MigrationState.SUCCESS, MigrationState.MISSING_SUCCESS)) {
			MigrationInfo earlier = applied(1, 2, state);
			this.intents.forgetPositions(this.lease, notes,
					() -> new MigrationInfo[] { earlier, applied(2, 1, state) });
			then(this.lease.notes()).should(never()).erase(any(), any());
			this.intents.forgetPositions(this.lease, notes,
					() -> new MigrationInfo[] { earlier, applied(2, 1, state), applied(3, 2, state) });
			then(this.lease.notes()).should().erase(HolderNote.Kind.POSITION, "public.history R add index");
			clearInvocations(this.lease.notes());
		}
	}

	@Test
	void whatThisReleaseDoesNotKnowIsNoObstacleAndStaysNoted() {
		note("public.history V8", 1);
		assertThat(resolve(migration("7", 1, MigrationState.PENDING))).isEmpty();
		then(this.lease.notes()).should(never()).erase(any(), any());
	}

	@Test
	void anotherHistoryIsLeftAlone() {
		given(this.lease.lockedSchema()).willReturn("public");
		given(this.lease.notes().read(HolderNote.Kind.values())).willReturn(List.of(noted("tenant.history V7", 1)));
		new NoteKeys("public", "history", "").forget(this.lease);
		then(this.lease.notes()).should(never()).erase(any(), any());
	}

	/** A lock that the application names may be that of several schemas. */
	@Test
	void aNoteWithoutASchemaStaysWhereTheLockMayBeThatOfOthers() {
		given(this.lease.lockedSchema()).willReturn(null);
		List<HolderNote> notes = List.of(noted("history V7", 1));
		given(this.lease.notes().read(HolderNote.Kind.values())).willReturn(notes);
		assertThat(new NoteKeys("public", "history", "").adopt(this.lease, (item, own) -> {
		})).isEqualTo(notes);
		then(this.lease.notes()).should(never()).rename(any());
	}

	/** A replica with an earlier version has written beside the others. */
	@Test
	void ofTwoNotesThatNameTheSchemaDifferentlyTheLaterOneCounts() {
		given(this.lease.lockedSchema()).willReturn("public");
		HolderNote later = new HolderNote(HolderNote.Kind.INTENT, "history V7", "", "killed", 4, Instant.EPOCH, "");
		HolderNote earlier = new HolderNote(HolderNote.Kind.INTENT, "history V8", "", "killed", 2, Instant.EPOCH, "");
		given(this.lease.notes().read(HolderNote.Kind.values()))
			.willReturn(List.of(noted("public.history V7", 1), noted("public.history V8", 1), later, earlier));
		new NoteKeys("public", "history", "").adopt(this.lease, (item, own) -> {
		});
		then(this.lease.notes()).should().erase(HolderNote.Kind.INTENT, "history V8");
		then(this.lease.notes()).should().rename(Map.of(later, "public.history V7"));
	}

	@Test
	void aNameThatIsTooLongIsCutAndStaysItsOwn() {
		NoteKeys history = new NoteKeys("public", "history", "");
		MigrationInfo one = migration(null, 1, MigrationState.PENDING);
		given(one.getDescription()).willReturn("x".repeat(200) + "1");
		MigrationInfo other = migration(null, 1, MigrationState.PENDING);
		given(other.getDescription()).willReturn("x".repeat(200) + "2");
		assertThat(history.item(one)).hasSizeLessThanOrEqualTo(190).isNotEqualTo(history.item(other));
	}

	private List<NotedMigration> resolve(MigrationInfo... all) {
		return this.intents.resolve(this.lease, () -> all);
	}

	private void note(String item, int checksum) {
		given(this.lease.notes().read(HolderNote.Kind.INTENT)).willReturn(List.of(noted(item, checksum)));
	}

	private static HolderNote noted(String item, int checksum) {
		return new HolderNote(HolderNote.Kind.INTENT, item, "checksum: " + checksum + "\nscript: V7__add_index.sql",
				"killed", 3, Instant.EPOCH, "delete");
	}

	private static MigrationInfo applied(int rank, int checksum, MigrationState state) {
		MigrationInfo migration = migration(null, checksum, state);
		given(migration.getInstalledRank()).willReturn(rank);
		return migration;
	}

	private static MigrationInfo migration(String version, Integer checksum, MigrationState state) {
		MigrationInfo migration = mock();
		given(migration.getVersion()).willReturn((version != null) ? MigrationVersion.fromVersion(version) : null);
		given(migration.getDescription()).willReturn("add index");
		given(migration.getScript()).willReturn("V7__add_index.sql");
		given(migration.getChecksum()).willReturn(checksum);
		given(migration.getState()).willReturn(state);
		return migration;
	}

	private static Context context(MigrationInfo migration, boolean autoCommit, boolean implicit) throws SQLException {
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(connection.getAutoCommit()).willReturn(autoCommit);
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.dataDefinitionCausesTransactionCommit()).willReturn(implicit);
		Context context = mock();
		given(context.getMigrationInfo()).willReturn(migration);
		given(context.getConnection()).willReturn(connection);
		given(context.getConfiguration()).willReturn(Flyway.configure());
		return context;
	}

	@Rerunnable
	private static final class Again {

	}

	private static class Chunks extends ChunkedMigration {

		@Override
		protected String statement() {
			return ":chunk";
		}

	}

}

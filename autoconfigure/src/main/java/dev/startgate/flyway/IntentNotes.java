package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.startgate.ChunkedMigration;
import dev.startgate.Rerunnable;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.HolderNotes.Draft;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.flyway.resume.ResumeRefusedException;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * Notes of migrations that are about to begin and can't be rolled back as a whole. A
 * noted migration that the history records neither as done nor as failed was interrupted.
 */
final class IntentNotes {

	private static final Logger logger = LoggerFactory.getLogger(IntentNotes.class);

	private final NoteKeys history;

	IntentNotes(NoteKeys history) {
		this.history = history;
	}

	/**
	 * Return whether a migration needs a note. A chunked migration needs none, because it
	 * resumes.
	 */
	boolean isNeeded(Context context) throws SQLException {
		return !isRolledBack(context.getConnection())
				&& !isResumed(context.getMigrationInfo(), context.getConfiguration());
	}

	private static boolean isRolledBack(Connection connection) throws SQLException {
		return !connection.getAutoCommit() && !connection.getMetaData().dataDefinitionCausesTransactionCommit();
	}

	/**
	 * Write a note about a migration that may be applied without being recorded.
	 */
	void write(Lease lease, MigrationInfo migration) {
		Draft note = draft(migration);
		lease.notes().write(note.kind(), note.item(), note.detail());
	}

	/**
	 * Return the note about a migration, without writing it.
	 */
	Draft draft(MigrationInfo migration) {
		return new Draft(HolderNote.Kind.INTENT, this.history.item(migration), MigrationDetail.of(migration).write());
	}

	static boolean isResumed(MigrationInfo migration, Configuration configuration) {
		@Nullable Class<?> type = type(migration, configuration.getClassLoader());
		return type != null && ChunkedMigration.class.isAssignableFrom(type);
	}

	/**
	 * Return whether a Java migration says that it may be run again.
	 */
	boolean isRerunnable(MigrationInfo migration) {
		@Nullable Class<?> type = type(migration, null);
		return type != null && type.isAnnotationPresent(Rerunnable.class);
	}

	/**
	 * Return the class of a Java migration, whose script is the name of its class. SQL is
	 * left out, because the whole class path is searched for a class that does not exist.
	 */
	private static @Nullable Class<?> type(MigrationInfo migration, @Nullable ClassLoader loader) {
		return (migration.getType() != CoreMigrationType.SQL && ClassUtils.isPresent(migration.getScript(), loader))
				? ClassUtils.resolveClassName(migration.getScript(), loader) : null;
	}

	/**
	 * Erase the notes about migrations whose end the history shows.
	 * @return the interrupted migrations, which would be run again
	 */
	List<NotedMigration> resolve(Lease lease, Supplier<MigrationInfo[]> history) {
		List<NotedMigration> noted = this.history.in(lease.notes().read(HolderNote.Kind.INTENT));
		if (noted.isEmpty()) {
			return List.of();
		}
		MigrationInfo[] all = history.get();
		noted.stream()
			.filter((one) -> hasEnded(one, all))
			.forEach((one) -> lease.notes().erase(HolderNote.Kind.INTENT, one.note().item()));
		return noted.stream().filter((one) -> isInterrupted(one, all)).toList();
	}

	/**
	 * Add to the notes of this replica why the migration has failed, for the replicas
	 * that find them.
	 * @return all notes, with the addition
	 */
	List<NotedMigration> explain(Lease lease, FailedRun run, List<NotedMigration> interrupted) {
		return interrupted.stream()
			.map((one) -> (one.note().generation() == lease.holder().generation()) ? explain(lease, run, one) : one)
			.toList();
	}

	private NotedMigration explain(Lease lease, FailedRun run, NotedMigration one) {
		MigrationDetail failed = one.detail()
			.failed(run.line(), false, run.isTransient(), run.isLacking(), DatabaseAnswer.in(run.failure()));
		lease.notes().write(HolderNote.Kind.INTENT, one.note().item(), failed.write());
		return new NotedMigration(one.note(), failed, one.label());
	}

	/**
	 * Let all interrupted migrations run again.
	 * @return none, since nothing is left to a person
	 */
	static List<NotedMigration> rerun(List<NotedMigration> interrupted) {
		for (NotedMigration one : interrupted) {
			logger.warn("{} was interrupted on replica '{}' at {}, and is run again", one.describe(),
					one.note().replica(), one.at());
		}
		return List.of();
	}

	/**
	 * Say how far an interrupted migration is, if its script is known. If the sessions of
	 * its replica can't be seen any more, say also that a person has to look.
	 */
	static List<String> found(Lease lease, NotedMigration interrupted) {
		List<String> lines = new ArrayList<>(positions(lease, List.of(interrupted)));
		if (!lines.isEmpty() && !lease.sessions().arePredecessorsGone(interrupted.note().generation())) {
			lines.add(0,
					ResumeRefusedException.REPORT + ("the sessions of replica '%s' can't be seen any more, because of "
							+ "a pooler, another server or a restart. Make sure that they have ended")
						.formatted(interrupted.note().replica()));
		}
		return lines;
	}

	/**
	 * Say how far the migrations are whose scripts are known.
	 */
	static List<String> positions(Lease lease, List<NotedMigration> interrupted) {
		return interrupted.stream()
			.flatMap((one) -> one.position(lease).stream())
			.map((found) -> found.position().describe())
			.toList();
	}

	/**
	 * Return whether a migration has committed chunks, and goes on after them.
	 */
	boolean hasPosition(Lease lease, Context context) {
		MigrationInfo migration = context.getMigrationInfo();
		return isResumed(migration, context.getConfiguration()) && lease.notes()
			.read(HolderNote.Kind.POSITION)
			.stream()
			.anyMatch((note) -> note.item().equals(this.history.item(migration))
					&& note.detail().startsWith(migration.getChecksum() + " "));
	}

	/**
	 * Erase the positions of migrations that are done, in case they are to be run anew.
	 */
	void forgetPositions(Lease lease, List<HolderNote> notes, Supplier<MigrationInfo[]> history) {
		List<HolderNote> positions = notes.stream().filter((note) -> note.kind() == HolderNote.Kind.POSITION).toList();
		if (!positions.isEmpty()) {
			MigrationInfo[] all = history.get();
			List<String> items = positions.stream()
				.filter((note) -> isOfLastApplied(note, all))
				.map(HolderNote::item)
				.toList();
			this.history.done(items, all).forEach((item) -> lease.notes().erase(HolderNote.Kind.POSITION, item));
		}
	}

	/** A newer release may have begun to repeat a migration with another checksum. */
	private boolean isOfLastApplied(HolderNote position, MigrationInfo[] all) {
		return this.history.lastApplied(position.item(), all)
			.filter((last) -> last.getVersion() != null || position.detail().startsWith(last.getChecksum() + " "))
			.isPresent();
	}

	/**
	 * Return whether one of some migrations is still interrupted.
	 */
	boolean isAnyLeft(List<NotedMigration> interrupted, Lock lock, Supplier<MigrationInfo[]> all) {
		if (interrupted.isEmpty()) {
			return false;
		}
		List<String> left = lock.read(HolderNote.Kind.INTENT).stream().map(HolderNote::item).toList();
		return interrupted.stream()
			.anyMatch((one) -> left.stream().anyMatch((item) -> NoteKeys.areAlike(item, one.note().item()))
					&& isInterrupted(one, all.get()));
	}

	/**
	 * Return the items of noted migrations that have not ended, such as repeatable ones
	 * that a newer release has begun. To this replica they may look done.
	 */
	List<String> begun(Lease lease, MigrationInfo[] all) {
		return this.history.in(lease.notes().read(HolderNote.Kind.INTENT))
			.stream()
			.filter((one) -> !hasEnded(one, all))
			.map((one) -> one.note().item())
			.toList();
	}

	private boolean hasEnded(NotedMigration noted, MigrationInfo[] all) {
		return this.history.find(noted, all).anyMatch((entry) -> isEndOf(noted, entry));
	}

	private boolean isInterrupted(NotedMigration noted, MigrationInfo[] all) {
		return !hasEnded(noted, all)
				&& this.history.find(noted, all).anyMatch((entry) -> entry.getState() == MigrationState.PENDING);
	}

	/**
	 * Return whether an entry tells how a noted migration ended. A repeatable migration
	 * may have been applied before with another checksum. A file that a baseline makes
	 * needless may have the version of the noted one: {@code V3} and {@code B3} are two
	 * files.
	 */
	private static boolean isEndOf(NotedMigration noted, MigrationInfo entry) {
		return switch (entry.getState()) {
			case BELOW_BASELINE, BASELINE_IGNORED -> noted.detail().isOf(entry);
			case SUPERSEDED, DELETED, UNDONE -> false;
			default ->
				entry.getState().isApplied() && (entry.getVersion() != null || noted.detail().hasChecksumOf(entry));
		};
	}

}

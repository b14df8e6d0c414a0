package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.HolderNotes.Draft;
import dev.startgate.coordination.Lease;
import dev.startgate.flyway.resume.ResumeRefusedException;
import dev.startgate.flyway.resume.ScriptDatabases;
import dev.startgate.flyway.resume.ScriptNotes;
import dev.startgate.flyway.resume.ScriptNotes.Found;
import dev.startgate.flyway.resume.ScriptRun;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.callback.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which of the migrations that may be half done go on where they stopped.
 */
final class Resumptions {

	private static final Logger logger = LoggerFactory.getLogger(Resumptions.class);

	private final NoteKeys history;

	private final IntentNotes intents;

	private final FailedRows rows;

	private final ScriptDatabases databases = new ScriptDatabases();

	private final Map<String, Found> found = new HashMap<>();

	Resumptions(NoteKeys history, IntentNotes intents, FailedRows rows) {
		this.history = history;
		this.intents = intents;
		this.rows = rows;
	}

	/** Bring the notes up to date, before others are erased. */
	void prepare(Lease lease, Supplier<MigrationInfo[]> all, OnInterrupted mode) {
		forgetDone(lease, all);
		if (mode == OnInterrupted.RESUME) {
			takeDisturbed(lease, all);
		}
	}

	/**
	 * Let interrupted migrations go on, where that is possible.
	 * @param all the entries of the history
	 * @return those that can't go on by themselves
	 */
	List<NotedMigration> take(Lease lease, List<NotedMigration> interrupted, Supplier<MigrationInfo[]> all) {
		this.found.clear();
		List<NotedMigration> left = new ArrayList<>();
		for (NotedMigration one : interrupted) {
			Optional<Found> position = one.position(lease);
			// the holder that last began or resumed a migration has written its note
			boolean gone = lease.sessions().arePredecessorsGone(one.note().generation());
			if (!gone && lease.sessions().isExclusive()) {
				// without a position, what may still run is forgotten with this lease
				lease.notes().erase(HolderNote.Kind.SCRIPT, one.note().item());
			}
			if (gone && position.isPresent() && !wouldFailAgain(one, position.get(), all)) {
				// as a position of this holder, which may fail before the script goes on
				ScriptNotes.rewrite(lease, one.note().item(), position.get());
				this.found.put(one.note().item(), position.get());
			}
			else if (this.history.find(one, all.get()).anyMatch(this.intents::isRerunnable)) {
				logger.warn("{} was interrupted on replica '{}' at {}, and is run again, as it allows", one.describe(),
						one.note().replica(), one.at());
			}
			else {
				left.add(one);
			}
		}
		return left;
	}

	/** With the same file, a statement that failed for good would fail again. */
	private boolean wouldFailAgain(NotedMigration one, Found found, Supplier<MigrationInfo[]> all) {
		return found.position().isBegun() && !one.detail().error().isEmpty() && !one.detail().passes()
				&& !one.detail().lacks() && this.history.find(one, all.get()).anyMatch(one.detail()::hasChecksumOf);
	}

	/**
	 * Let recorded failures go on if their file was changed since, or was not at fault.
	 * Those of a content that only a newer replica brings stay recorded. The server may
	 * have by now what it lacked, unless the migration failed while this replica waited.
	 * @param older tells whether a migration failed before this replica began to wait
	 */
	void takeFailed(Lease lease, Supplier<MigrationInfo[]> all, Predicate<NotedMigration> older) {
		List<NotedMigration> noted = this.history.in(lease.notes().read(HolderNote.Kind.FAILURE))
			.stream()
			.filter((one) -> one.detail().recorded())
			.toList();
		if (noted.isEmpty()) {
			return;
		}
		MigrationInfo[] entries = all.get();
		for (NotedMigration one : noted) {
			MigrationInfo failed = this.history.find(one, entries)
				.filter((entry) -> entry.getState() == MigrationState.FAILED && one.detail().hasChecksumOf(entry)
						&& !this.history.isDoneHere(entry, entries)
						&& (one.detail().passes() || !entry.isChecksumMatching()
								|| (one.detail().lacks() && older.test(one))))
				.findFirst()
				.orElse(null);
			if (failed != null) {
				one.position(lease)
					.filter((position) -> position.position().isDecidable())
					.ifPresent((position) -> takeFailed(lease, one, failed, position));
			}
		}
	}

	/**
	 * Treat a recorded failure as an interruption if its replica could not note why. Its
	 * session was ended, or it had lost its lease.
	 */
	private void takeDisturbed(Lease lease, Supplier<MigrationInfo[]> all) {
		List<NotedMigration> begun = this.history.in(lease.notes().read(HolderNote.Kind.INTENT));
		if (begun.isEmpty()) {
			return;
		}
		List<String> explained = lease.notes().read(HolderNote.Kind.FAILURE).stream().map(HolderNote::item).toList();
		MigrationInfo[] entries = all.get();
		for (NotedMigration one : begun) {
			boolean disturbed = one.detail().error().isEmpty() && !explained.contains(one.note().item())
					&& lease.sessions().arePredecessorsGone(one.note().generation())
					&& one.position(lease).filter((position) -> position.position().isDecidable()).isPresent();
			this.history.find(one, entries)
				.filter((entry) -> disturbed && entry.getState() == MigrationState.FAILED
						&& one.detail().hasChecksumOf(entry) && entry.isChecksumMatching())
				.forEach((failed) -> {
					this.rows.remove(lease, failed);
					logger.warn(
							"{} failed on replica '{}', which was probably stopped before it could note why: its "
									+ "row with success=false is removed from the history",
							one.describe(), one.note().replica());
				});
		}
	}

	private void takeFailed(Lease lease, NotedMigration one, MigrationInfo failed, Found position) {
		ScriptNotes.rewrite(lease, one.note().item(), position);
		lease.notes().write(HolderNote.Kind.INTENT, one.note().item(), one.note().detail());
		this.rows.remove(lease, failed);
		lease.notes().erase(HolderNote.Kind.FAILURE, one.note().item());
		this.found.put(one.note().item(), position);
		logger.warn("{} failed on replica '{}' at {}: {}. {}: its row with success=false is removed from the history",
				one.describe(), one.note().replica(), one.at(), one.detail().error(),
				failed.isChecksumMatching() ? "The file is not at fault" : "Its file has been changed since");
	}

	/**
	 * A migration is about to begin, or to go on.
	 * @param connection the raw connection of the migration, which is not watched
	 * @param seen whether each of its statements is seen
	 * @param told receives how the migration goes on
	 */
	Begun begin(Lease lease, Context context, Connection connection, boolean seen, Consumer<String> told)
			throws SQLException {
		MigrationInfo migration = context.getMigrationInfo();
		String item = this.history.item(migration);
		boolean needed = this.intents.isNeeded(context);
		Found position = of(lease, migration);
		Optional<ScriptRun> script = seen
				? this.databases.run(connection, lease, item, position, needed && position == null,
						(how) -> goesOn(lease, migration, how, told), () -> this.intents.write(lease, migration))
				: Optional.empty();
		if (position == null && needed) {
			List<Draft> drafts = new ArrayList<>();
			if (script.isPresent()) {
				drafts.addAll(script.get().begin());
			}
			drafts.add(this.intents.draft(migration));
			lease.notes().write(null, drafts);
		}
		if (position != null && script.isEmpty()) {
			throw new ResumeRefusedException(seen ? "scripts do not resume on this server, or in its present 'sql_mode'"
					: "callbacks run between its statements, or they are executed as a group");
		}
		return new Begun(needed || position != null, script.orElse(null));
	}

	boolean isBegun(Lease lease, Context context) {
		Found taken = of(lease, context.getMigrationInfo());
		return (taken != null) ? taken.position().isBegun() : this.intents.hasPosition(lease, context);
	}

	private void goesOn(Lease lease, MigrationInfo migration, String how, Consumer<String> told) {
		this.intents.write(lease, migration);
		logger.info("{} {}", MigrationDetail.of(migration).describe(this.history.label()), how);
		told.accept(how);
	}

	/**
	 * Return the position of a migration that goes on, {@code null} if it begins. A
	 * {@code clean} may have erased the position meanwhile.
	 */
	private @Nullable Found of(Lease lease, MigrationInfo migration) {
		String item = this.history.item(migration);
		Found taken = this.found.get(item);
		if (taken == null) {
			return null;
		}
		boolean same = this.history.in(lease.notes().read(HolderNote.Kind.INTENT))
			.stream()
			.anyMatch((one) -> one.note().item().equals(item) && one.detail().hasChecksumOf(migration));
		Optional<Found> now = ScriptNotes.find(lease, item, 0);
		return now.isPresent() ? new Found(now.get().position(), taken.replica(), !same) : null;
	}

	/**
	 * Forget the positions of scripts that are done, in case they are to be run anew. A
	 * repeatable script is not done if only an earlier content of it was applied.
	 */
	private void forgetDone(Lease lease, Supplier<MigrationInfo[]> all) {
		List<String> items = lease.notes().read(HolderNote.Kind.SCRIPT).stream().map(HolderNote::item).toList();
		if (!items.isEmpty()) {
			MigrationInfo[] entries = all.get();
			List<String> done = new ArrayList<>(this.history.done(items, entries));
			done.removeAll(this.intents.begun(lease, entries));
			ScriptNotes.forget(lease, done);
		}
	}

	/**
	 * A migration that has begun.
	 *
	 * @param noted whether that is noted, because it can't be rolled back as a whole
	 * @param script its script, {@code null} if its statements are not seen
	 */
	record Begun(boolean noted, @Nullable ScriptRun script) {
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.flyway.Resumptions.Begun;
import dev.startgate.flyway.resume.ResumeRefusedException;
import dev.startgate.flyway.resume.ScriptNotes;
import dev.startgate.sql.Causes;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.callback.Context;
import org.jspecify.annotations.Nullable;

/**
 * What the holders of a lock let each other know about the migrations of one history:
 * which may be half done, and which has failed.
 */
final class MigrationNotes {

	private final NoteKeys history;

	private final OnInterrupted mode;

	private final InvalidIndexes indexes;

	private final IntentNotes intents;

	private final FailureNotes failures;

	private final Resumptions resumptions;

	private List<NotedMigration> interrupted = List.of();

	/** The generation that has checked the notes, {@code 0} if none has. */
	private long checkedIn;

	private @Nullable FailedRun retryable;

	private @Nullable RuntimeException lost;

	private long lostIn;

	/**
	 * Create the notes of one replica.
	 * @param history the history
	 * @param mode what is done about a migration that may be half done
	 * @param rows the rows in which Flyway records failures
	 * @param indexes finds the invalid indexes that a migration may have left
	 */
	MigrationNotes(NoteKeys history, OnInterrupted mode, FailedRows rows, InvalidIndexes indexes) {
		this.history = history;
		this.mode = mode;
		this.indexes = indexes;
		this.intents = new IntentNotes(history);
		this.failures = new FailureNotes(history, (mode == OnInterrupted.RERUN) ? rows : null);
		this.resumptions = new Resumptions(history, this.intents, rows);
	}

	void begin(Lock lock) {
		this.interrupted = List.of();
		this.checkedIn = 0;
		this.failures.begin(lock);
	}

	/**
	 * Make sure, before anything is run, that nothing has to be resolved first.
	 * @throws InterruptedMigrationException if a migration may be half done
	 * @throws MigrationFailedElsewhereException if one has failed while this replica
	 * waited
	 */
	void check(Lease lease, Supplier<Optional<MigrationInfoService>> info) {
		this.checkedIn = 0;
		Supplier<MigrationInfo[]> all = all(info);
		this.intents.forgetPositions(lease, this.history.adopt(lease, this.failures::renamed), all);
		this.resumptions.prepare(lease, all, this.mode);
		List<NotedMigration> found = this.intents.resolve(lease, all);
		Map<NotedMigration, List<String>> positions = new HashMap<>();
		found.forEach((one) -> positions.put(one, IntentNotes.found(lease, one)));
		List<NotedMigration> left = switch (this.mode) {
			case RESUME -> this.resumptions.take(lease, found, all);
			case STOP -> found;
			case RERUN -> IntentNotes.rerun(found);
		};
		if (!left.isEmpty()) {
			this.interrupted = left;
			throw new InterruptedMigrationException(left, this.indexes.dropStatements(lease),
					left.stream().flatMap((one) -> positions.getOrDefault(one, List.of()).stream()).toList(),
					lease.holder().generation(), false);
		}
		if (this.mode == OnInterrupted.RESUME) {
			this.resumptions.takeFailed(lease, all, this.failures::isOlder);
		}
		this.failures.removeTransient(lease, all);
		this.failures.sinceBegin(lease, all).ifPresent((failed) -> {
			throw new MigrationFailedElsewhereException(failed);
		});
		this.checkedIn = lease.holder().generation();
	}

	/**
	 * Make the same check, unless it was made under this lease already. A strategy may
	 * clean or repair before it.
	 * @param other whether a strategy has other migrations for the same history
	 */
	void checkOnce(Lease lease, Supplier<Optional<MigrationInfoService>> info, boolean other) {
		if (this.lost != null && this.lostIn == lease.holder().generation()) {
			// nobody knows what is done, and what may still be running
			throw this.lost;
		}
		if (this.checkedIn != lease.holder().generation() || other) {
			check(lease, info);
		}
	}

	/** A run has ended, and it is unknown what it has done. */
	void ended() {
		this.checkedIn = 0;
	}

	/** Return whether a migration goes on that may have taken effect in part. */
	boolean isBegun(Lease lease, Context context) {
		return this.resumptions.isBegun(lease, context);
	}

	/**
	 * A migration is about to begin, or to go on.
	 * @param connection the raw connection of the migration, which is not watched
	 * @param tracked whether each of its statements is seen
	 * @param told receives how the migration goes on
	 */
	Begun before(Lease lease, Context context, Connection connection, boolean tracked, Consumer<String> told)
			throws SQLException {
		this.indexes.remember(lease, context);
		return this.resumptions.begin(lease, context, connection, tracked, told);
	}

	/** A migration is about to commit something by itself. */
	void before(Lease lease, MigrationInfo migration) {
		this.intents.write(lease, migration);
	}

	/** Some migrations have been applied, and recorded by Flyway. */
	void succeeded(Lease lease, Collection<MigrationInfo> applied) {
		List<String> items = applied.stream().map(this.history::item).toList();
		lease.notes()
			.read(HolderNote.Kind.values())
			.stream()
			.filter((note) -> items.contains(note.item()))
			.forEach((note) -> lease.notes().erase(note.kind(), note.item()));
		ScriptNotes.forget(lease, items);
	}

	/**
	 * A run of Flyway has failed. Without the lease nothing is noted.
	 * @param run what is known of it
	 * @param info looks into the history
	 * @return what to report to the caller
	 */
	RuntimeException failed(Lease lease, FailedRun run, Supplier<Optional<MigrationInfoService>> info) {
		this.retryable = null;
		this.lost = DatabaseUnreachableException.isLoss(run.failure()) ? run.failure() : null;
		this.lostIn = (this.lost != null) ? lease.holder().generation() : 0;
		try {
			lease.ensureHeld();
			run.inDoubt().forEach((migration) -> this.intents.write(lease, migration));
			return (this.lost != null) ? this.lost : failed(lease, run, info.get());
		}
		catch (RuntimeException ex) {
			this.checkedIn = 0;
			return run.with(ex);
		}
	}

	private RuntimeException failed(Lease lease, FailedRun run, Optional<MigrationInfoService> now) {
		RuntimeException failure = run.failure();
		List<NotedMigration> found = this.intents.explain(lease, run,
				now.map((service) -> this.intents.resolve(lease, service::all)).orElse(List.of()));
		boolean recorded = now.stream()
			.flatMap((service) -> Stream.of(service.all()))
			.anyMatch((entry) -> entry.getState().isFailed());
		boolean resumes = run.isTransient() && this.mode == OnInterrupted.RESUME && run.last() != null
				&& ScriptNotes.find(lease, this.history.item(run.last()), lease.holder().generation())
					.filter((position) -> position.position().isDecidable())
					.isPresent();
		if (run.isRetryable() && (resumes || this.mode == OnInterrupted.RERUN || (found.isEmpty() && !recorded))) {
			this.retryable = run;
			this.checkedIn = 0;
		}
		if (!found.isEmpty() && !resumes && this.mode != OnInterrupted.RERUN) {
			this.interrupted = found;
			this.checkedIn = 0;
			Optional<ResumeRefusedException> refused = Causes.first(failure, ResumeRefusedException.class);
			InterruptedMigrationException interruption = new InterruptedMigrationException(found,
					this.indexes.dropStatements(lease),
					refused.map(ResumeRefusedException::report).orElseGet(() -> IntentNotes.positions(lease, found)),
					lease.holder().generation(), refused.isEmpty() || refused.get().hasBegun());
			interruption.addSuppressed(failure);
			return interruption;
		}
		FailedMigration failed = FailedMigration.in(failure);
		if ((!run.isTransient() || recorded) && run.inMigration() && failed != null) {
			this.failures.write(lease, failed, run, now);
		}
		return failure;
	}

	/**
	 * Say why a failure is transient, if it is that of the last run.
	 * @return what has failed and why, empty if it is not transient
	 */
	Optional<TransientFailure> transientFailure(RuntimeException failure) {
		FailedRun last = this.retryable;
		return (last != null && Causes.of(failure).anyMatch((cause) -> cause == last.failure()))
				? Optional.of(last.asTransient(this.history.label(), failure)) : Optional.empty();
	}

	/** Return the statements that let this replica run failed migrations again. */
	List<String> eraseStatements() {
		return this.failures.eraseStatements();
	}

	/** Return whether the obstacle that stopped this replica may be gone. */
	boolean mayBeResolved(Lock lock, Supplier<Optional<MigrationInfoService>> info) {
		Supplier<MigrationInfo[]> all = all(info);
		return !this.intents.isAnyLeft(this.interrupted, lock, all) && !this.failures.isAnyLeft(lock, all);
	}

	/** A history that can't be read counts as one without entries. */
	private static Supplier<MigrationInfo[]> all(Supplier<Optional<MigrationInfoService>> info) {
		return () -> info.get().map(MigrationInfoService::all).orElse(new MigrationInfo[0]);
	}

}

package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.gate.DatabaseUnreachableException;
import dev.startgate.gate.Lease;
import dev.startgate.gate.Lock;
import dev.startgate.gate.Note;
import dev.startgate.gate.TransientFailure;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the holders of a lock let each other know about the migrations of one history:
 * which may be half done, and which has failed.
 */
final class MigrationNotes {

	private static final Logger logger = LoggerFactory.getLogger(MigrationNotes.class);

	private final History history;

	private final boolean rerun;

	private final InvalidIndexes indexes;

	private final Intents intents;

	private final Failures failures;

	private List<NotedMigration> interrupted = List.of();

	private boolean checked;

	private @Nullable FailedRun passing;

	/**
	 * Create the notes of one replica.
	 * @param history the history
	 * @param rerun where failures are recorded, {@code null} to run nothing again
	 * @param indexes finds what a migration may have left
	 */
	MigrationNotes(History history, @Nullable FailedRows rerun, InvalidIndexes indexes) {
		this.history = history;
		this.rerun = rerun != null;
		this.indexes = indexes;
		this.intents = new Intents(history);
		this.failures = new Failures(history, rerun);
	}

	void begin(Lock lock) {
		this.interrupted = List.of();
		this.checked = false;
		this.failures.begin(lock);
	}

	/**
	 * Make sure, before anything is run, that nothing is to be mended first.
	 * @throws InterruptedMigrationException if a migration may be half done
	 * @throws MigrationFailedElsewhereException if one has failed while this replica
	 * waited
	 */
	void check(Lease lease, Supplier<Optional<MigrationInfoService>> info) {
		this.checked = true;
		Supplier<MigrationInfo[]> all = all(info);
		this.intents.forgetPositions(lease, all);
		List<NotedMigration> found = this.intents.resolve(lease, all);
		if (!found.isEmpty() && !this.rerun) {
			this.interrupted = found;
			throw new InterruptedMigrationException(found, this.indexes.dropStatements(lease),
					lease.holder().generation(), false);
		}
		for (NotedMigration one : found) {
			logger.warn("{} was interrupted on replica '{}' at {}, and is run again", one.describe(),
					one.note().replica(), one.at());
		}
		this.failures.removePassing(lease, all);
		this.failures.sinceBegin(lease, all).ifPresent((failed) -> {
			throw new MigrationFailedElsewhereException(failed);
		});
	}

	/**
	 * Make sure of that now, if nobody has. A strategy may clean or repair first.
	 */
	void checkOnce(Lease lease, Supplier<Optional<MigrationInfoService>> info) {
		if (!this.checked) {
			check(lease, info);
		}
	}

	/**
	 * A migration is about to begin.
	 * @return whether it was noted, because it can't be rolled back as a whole
	 */
	boolean before(Lease lease, Context context) throws SQLException {
		this.indexes.remember(lease, context);
		return this.intents.write(lease, context);
	}

	/**
	 * A migration is about to commit something by itself.
	 */
	void before(Lease lease, MigrationInfo migration) {
		this.intents.write(lease, migration);
	}

	/**
	 * Some migrations have been applied, and recorded by Flyway.
	 */
	void succeeded(Lease lease, Collection<MigrationInfo> applied) {
		List<String> items = applied.stream().map(this.history::item).toList();
		for (Note.Kind kind : Note.Kind.values()) {
			lease.read(kind)
				.stream()
				.map(Note::item)
				.filter(items::contains)
				.forEach((item) -> lease.erase(kind, item));
		}
	}

	/**
	 * A run of Flyway has failed. Without the lease nothing is noted.
	 * @param run what is known of it
	 * @param info looks into the history
	 * @return what is to be told to whoever started it
	 */
	RuntimeException failed(Lease lease, FailedRun run, Supplier<Optional<MigrationInfoService>> info) {
		this.passing = null;
		try {
			lease.ensureHeld();
			run.inDoubt().forEach((migration) -> this.intents.write(lease, migration));
			return DatabaseUnreachableException.isLoss(run.failure()) ? run.failure() : failed(lease, run, info.get());
		}
		catch (RuntimeException ex) {
			run.failure().addSuppressed(ex);
			return run.failure();
		}
	}

	private RuntimeException failed(Lease lease, FailedRun run, Optional<MigrationInfoService> now) {
		RuntimeException failure = run.failure();
		List<NotedMigration> found = this.intents.explain(lease, run,
				now.map((service) -> this.intents.resolve(lease, service::all)).orElse(List.of()));
		boolean recorded = now.stream()
			.flatMap((service) -> Stream.of(service.all()))
			.anyMatch((entry) -> entry.getState().isFailed());
		boolean passes = run.isPassing();
		if (passes && (this.rerun || (found.isEmpty() && !recorded))) {
			this.passing = run;
			this.checked = false;
		}
		if (!found.isEmpty() && !this.rerun) {
			this.interrupted = found;
			InterruptedMigrationException interruption = new InterruptedMigrationException(found,
					this.indexes.dropStatements(lease), lease.holder().generation(), true);
			interruption.addSuppressed(failure);
			return interruption;
		}
		if ((!passes || recorded) && run.inMigration() && failure instanceof FlywayMigrateException migration) {
			this.failures.write(lease, migration, passes, now);
		}
		return failure;
	}

	/**
	 * Say why a failure is transient, if it is that of the last run.
	 * @return what has failed and why, {@code null} if it is not transient
	 */
	@Nullable TransientFailure transientFailure(RuntimeException failure) {
		FailedRun last = this.passing;
		return (last != null && Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
			.anyMatch((cause) -> cause == last.failure())) ? last.asTransient(this.history.label()) : null;
	}

	/**
	 * Return what a person types so that this replica runs again what has failed.
	 */
	List<String> eraseStatements() {
		return this.failures.eraseStatements();
	}

	/**
	 * Return whether what kept this replica from going on may be resolved.
	 */
	boolean mayBeResolved(Lock lock, Supplier<Optional<MigrationInfoService>> info) {
		Supplier<MigrationInfo[]> all = all(info);
		return !this.intents.isAnyLeft(this.interrupted, lock, all) && !this.failures.isAnyLeft(lock, all);
	}

	/**
	 * A history that can't be looked into has nothing that is pending.
	 */
	private static Supplier<MigrationInfo[]> all(Supplier<Optional<MigrationInfoService>> info) {
		return () -> info.get().map(MigrationInfoService::all).orElse(new MigrationInfo[0]);
	}

}

package dev.startgate.flyway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes that a migration has failed, for waiting replicas, where it would fail too. A
 * replica that starts after the failure tries again.
 */
final class FailureNotes {

	private static final Logger logger = LoggerFactory.getLogger(FailureNotes.class);

	private final NoteKeys history;

	private final @Nullable FailedRows rerun;

	private Map<String, Long> before = new HashMap<>();

	private final Map<String, NotedMigration> here = new HashMap<>();

	/**
	 * Create the notes of one history.
	 * @param history the history
	 * @param rerun removes the rows of transient failures, so that they are run again,
	 * {@code null} to leave all failures to a person
	 */
	FailureNotes(NoteKeys history, @Nullable FailedRows rerun) {
		this.history = history;
		this.rerun = rerun;
	}

	/**
	 * Remember what has failed before this replica began to wait.
	 */
	void begin(Lock lock) {
		this.here.clear();
		this.before = lock.read(HolderNote.Kind.FAILURE)
			.stream()
			.collect(Collectors.toMap(HolderNote::item, HolderNote::generation, Math::max, HashMap::new));
	}

	/** A failure is now noted under another item. */
	void renamed(String former, String item) {
		this.before.merge(item, this.before.getOrDefault(former, 0L), Math::max);
	}

	/**
	 * Remove the rows of transient failures from the history, and of older ones for which
	 * the server lacked something, if they are to be run again. Erase a note whose row a
	 * person has removed: it says nothing about the next failure.
	 */
	void removeTransient(Lease lease, Supplier<MigrationInfo[]> all) {
		List<NotedMigration> noted = this.history.in(lease.notes().read(HolderNote.Kind.FAILURE))
			.stream()
			.filter((one) -> one.detail().recorded()
					&& (one.detail().passes() || (one.detail().lacks() && isOlder(one))))
			.toList();
		if (noted.isEmpty()) {
			return;
		}
		MigrationInfo[] found = all.get();
		for (NotedMigration one : noted) {
			List<MigrationInfo> entries = this.history.find(one, found).toList();
			if (entries.stream().anyMatch((entry) -> entry.getState().isFailed())) {
				entries.stream()
					.filter((entry) -> isRecordOf(one, entry))
					.forEach((entry) -> remove(lease, one, entry));
			}
			else if (!entries.isEmpty()) {
				lease.notes().erase(HolderNote.Kind.FAILURE, one.note().item());
			}
		}
	}

	private void remove(Lease lease, NotedMigration one, MigrationInfo entry) {
		if (this.rerun != null) {
			this.rerun.remove(lease, entry);
			lease.notes().erase(HolderNote.Kind.FAILURE, one.note().item());
			logger.warn(
					"{} failed on replica '{}' at {}: {}. The file is not at fault: its row with success=false is "
							+ "removed from the history, and it is run again",
					one.describe(), one.note().replica(), one.at(), one.detail().error());
		}
	}

	/**
	 * Return whether a row records a failure of the very file that this replica brings.
	 */
	private static boolean isRecordOf(NotedMigration noted, MigrationInfo entry) {
		return entry.getState() == MigrationState.FAILED && noted.detail().hasChecksumOf(entry)
				&& entry.isChecksumMatching();
	}

	/**
	 * Return whether a migration had failed before this replica began to wait.
	 */
	boolean isOlder(NotedMigration one) {
		return one.note().generation() <= this.before.getOrDefault(one.note().item(), 0L);
	}

	/**
	 * Find a migration that failed while this replica waited, and would fail here, too.
	 */
	Optional<NotedMigration> sinceBegin(Lease lease, Supplier<MigrationInfo[]> all) {
		Optional<NotedMigration> failed = stillFailing(this.history.in(lease.notes().read(HolderNote.Kind.FAILURE))
			.stream()
			.filter((one) -> !isOlder(one) && one.note().generation() != lease.holder().generation()), all).findFirst();
		failed.ifPresent((one) -> this.here.put(one.note().item(), one));
		return failed;
	}

	/**
	 * Note that a migration has failed.
	 */
	void write(Lease lease, FailedMigration failed, FailedRun run, Optional<MigrationInfoService> info) {
		String item = this.history.item(failed.migration());
		boolean recorded = info.stream()
			.flatMap((service) -> Stream.of(service.all()))
			.anyMatch((entry) -> entry.getState().isFailed() && this.history.item(entry).equals(item));
		MigrationDetail detail = MigrationDetail.of(failed.migration())
			.failed(failed.line(), recorded, run.isTransient(), run.isLacking(), DatabaseAnswer.in(failed.failure()));
		lease.notes().write(HolderNote.Kind.FAILURE, item, detail.write());
		if (this.rerun != null && recorded && run.isTransient()) {
			return;
		}
		this.history.in(lease.notes().read(HolderNote.Kind.FAILURE))
			.stream()
			.filter((one) -> one.note().item().equals(item))
			.forEach((one) -> this.here.put(item, one));
	}

	/**
	 * Return what a person types so that a migration that failed here is run again. If
	 * Flyway has recorded the failure, its row must be removed instead.
	 */
	List<String> eraseStatements() {
		return this.here.values()
			.stream()
			.filter((one) -> !one.detail().recorded())
			.map((one) -> one.note().eraseStatement())
			.toList();
	}

	/**
	 * Return whether a migration that failed here would still fail: nobody has erased the
	 * note, repaired the history, or applied it. Only another attempt tells whether the
	 * server still lacks something, or whether a transient failure in the history passes.
	 */
	boolean isAnyLeft(Lock lock, Supplier<MigrationInfo[]> all) {
		if (this.here.isEmpty()) {
			return false;
		}
		List<HolderNote> left = lock.read(HolderNote.Kind.FAILURE);
		return stillFailing(this.here.values()
			.stream()
			.filter((failed) -> !failed.detail().lacks() && !(failed.detail().recorded() && failed.detail().passes())
					&& left.stream().anyMatch((note) -> isAbout(note, failed))),
				all)
			.findFirst()
			.isPresent();
	}

	/** Another replica that is down may name the schema differently. */
	private static boolean isAbout(HolderNote note, NotedMigration failed) {
		return NoteKeys.areAlike(note.item(), failed.note().item())
				&& MigrationDetail.read(note.detail()).checksum().equals(failed.detail().checksum());
	}

	private Stream<NotedMigration> stillFailing(Stream<NotedMigration> noted, Supplier<MigrationInfo[]> all) {
		return noted.filter((one) -> this.history.find(one, all.get())
			.anyMatch((entry) -> one.detail().hasChecksumOf(entry) && (one.detail().recorded()
					? entry.getState().isFailed() : entry.getState() == MigrationState.PENDING)));
	}

}

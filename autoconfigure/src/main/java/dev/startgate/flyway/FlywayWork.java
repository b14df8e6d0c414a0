package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.NoWork;
import dev.startgate.coordination.Remainder;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.coordination.Work;
import dev.startgate.coordination.WorkOutcome;
import dev.startgate.sql.Causes;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jspecify.annotations.Nullable;

/**
 * The migrations of one Flyway, and what has to be done before and after them.
 */
final class FlywayWork implements Work {

	private final FlywayName name;

	private final HistoryInspector history;

	private final Work before;

	private final Work after;

	private final MigrationNotes notes;

	private final Consumer<Lease> awaitForeignLock;

	private final Consumer<UnderLease> migration;

	private final HistoryInquiry inquiry;

	private @Nullable HistorySnapshot atLease;

	/** The generation in which all but what comes after was done. */
	private @Nullable Long doneIn;

	/** Whether a failure is not one of what comes after. */
	private boolean migrating = true;

	/**
	 * Create the work.
	 * @param name the name of the Flyway
	 * @param history answers what there is to do
	 * @param before what has to be done before it
	 * @param after what has to be done after it, under the same lock
	 * @param notes what other holders let this one know
	 * @param awaitForeignLock waits until nobody has Flyway's own lock
	 * @param migration migrates, given the lease and the pending migrations
	 * @param inquiry looks what is wrong in the history after a failure
	 */
	FlywayWork(FlywayName name, HistoryInspector history, Work before, Work after, MigrationNotes notes,
			Consumer<Lease> awaitForeignLock, Consumer<UnderLease> migration, HistoryInquiry inquiry) {
		this.name = name;
		this.history = history;
		this.before = before;
		this.after = after;
		this.notes = notes;
		this.awaitForeignLock = awaitForeignLock;
		this.migration = migration;
		this.inquiry = inquiry;
	}

	@Override
	public String name() {
		return "migrations of '" + this.name.name() + "'";
	}

	@Override
	public boolean isPending() {
		boolean pending = isHistoryPending() || this.before.isPending();
		// what comes after takes its first look before anything is changed
		return this.after.isPending() || pending;
	}

	private boolean isHistoryPending() {
		try {
			return this.history.isPending();
		}
		catch (FlywayException ex) {
			throw this.inquiry.denied(ex);
		}
	}

	@Override
	public List<String> pending() {
		List<String> pending = new ArrayList<>(
				this.history.unfinished().stream().map(this.name.owner()::concat).toList());
		Stream.of(this.before, this.after)
			.filter((work) -> work != NoWork.INSTANCE)
			.forEach((work) -> pending.addAll(work.pending()));
		return pending.isEmpty() ? List.of(name()) : pending;
	}

	@Override
	public boolean mayHaveChanged() {
		return this.history.isFinished() ? this.after.mayHaveChanged() : this.history.mayHaveChanged();
	}

	@Override
	public void begin(Lock lock) {
		this.notes.begin(lock);
		this.after.begin(lock);
	}

	/**
	 * What comes after may fail with a transient failure. Then it alone is repeated: a
	 * strategy may do what can't be done twice.
	 */
	@Override
	public void perform(Lease lease) {
		if (this.doneIn == null || this.doneIn != lease.holder().generation()) {
			migrateOrExplain(lease);
			this.doneIn = lease.holder().generation();
		}
		this.after.perform(lease);
	}

	private void migrateOrExplain(Lease lease) {
		try {
			migrate(lease);
		}
		catch (RuntimeException ex) {
			this.inquiry.explain(lease, ex, this.history::info);
			throw this.inquiry.denied(ex);
		}
	}

	private void migrate(Lease lease) {
		this.migrating = true;
		this.awaitForeignLock.accept(lease);
		if (!this.history.isAlways()) {
			this.notes.check(lease, this.history::info);
		}
		Optional<MigrationInfoService> info = this.history.info();
		this.before.perform(lease);
		if (this.atLease == null) {
			// what was done before a connection broke was done here, too
			this.atLease = HistorySnapshot.of(info);
		}
		lease.ensureHeld();
		Set<String> left = this.history.findLeft(info);
		this.migration.accept(new UnderLease(lease,
				info.map(MigrationInfoService::pending)
					.map((pending) -> Stream.of(pending).filter((one) -> !OlderRepeatables.isLeft(one, left)).toList())
					.orElse(List.of()),
				left, this.history::info));
		this.migrating = false;
	}

	@Override
	public @Nullable TransientFailure transientFailure(RuntimeException failure) {
		TransientFailure found = this.notes.transientFailure(failure);
		return (found != null) ? found : this.after.transientFailure(failure);
	}

	/**
	 * What has failed elsewhere is noted by that replica.
	 */
	@Override
	public @Nullable String describe(RuntimeException failure) {
		if (Causes.first(failure, MigrationFailedElsewhereException.class).isPresent()) {
			return null;
		}
		FailedMigration failed = FailedMigration.in(failure);
		return (failed == null) ? Work.super.describe(failure)
				: "%s failed: %s".formatted(
						MigrationDetail.of(failed.migration()).failed(failed.line(), false, false, "").describe(),
						DatabaseAnswer.in(failed.failure()));
	}

	@Override
	public @Nullable Remainder left(RuntimeException failure) {
		Remainder left = FailureInHistory.left(failure);
		left = (left != null) ? left : this.before.left(failure);
		return (left != null) ? left : this.after.left(failure);
	}

	@Override
	public boolean mayBeResolved(RuntimeException failure, Lock lock) {
		return this.notes.mayBeResolved(lock, this.history::info) && (this.migrating
				? this.history.mayBeResolved(failure) && ViolationException.mayBeResolved(failure, lock)
				: this.after.mayBeResolved(failure, lock));
	}

	@Override
	public List<String> eraseStatements() {
		return Stream.of(this.notes.eraseStatements(), this.after.eraseStatements()).flatMap(List::stream).toList();
	}

	@Override
	public void conclude(WorkOutcome outcome) {
		if (outcome.performed()) {
			this.history.again();
		}
		this.after.conclude(outcome);
	}

	/**
	 * Return what was applied when this replica got the lease.
	 */
	HistorySnapshot atLease() {
		return HistoryInspector.known(this.atLease);
	}

	/**
	 * What a migration is given.
	 *
	 * @param lease the lease that is held
	 * @param pending the pending migrations
	 * @param left the descriptions of repeatable migrations about which nothing is done
	 * @param info looks again
	 */
	record UnderLease(Lease lease, List<MigrationInfo> pending, Set<String> left,
			Supplier<Optional<MigrationInfoService>> info) {
	}

}

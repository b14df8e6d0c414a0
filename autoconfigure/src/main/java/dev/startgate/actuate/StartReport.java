package dev.startgate.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StepKind;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.HeldLock;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.StartJournal.Entered;
import dev.startgate.gate.StartJournal.Entries;
import dev.startgate.gate.StartJournal.Resumed;
import dev.startgate.gate.StartJournal.Retry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * All that is known of one start, without asking the database. The components have the
 * same names in the endpoint's answer.
 *
 * @param at when this report was made
 * @param state where the start stands
 * @param since when that state was entered
 * @param replica this replica
 * @param mode what this replica does about migrations
 * @param timing when migrations run
 * @param reason why the start is blocked or has failed, or why this replica is not ready
 * although the gate is open
 * @param holder the last holder that was seen, perhaps this replica
 * @param progress how far the holder has come, while its work goes on
 * @param waited how long this replica waited for others, known once its own work has
 * ended
 * @param states the states that were entered
 * @param steps what this replica has done; a step without a duration has not ended
 * @param migrated what happened to each schema, on any replica
 * @param unsettled what is still waited for
 * @param deferred the beans that Spring starts when the gate is open
 * @param retries the last retries, and their causes
 * @param counts how often something has happened
 * @param locks the last locks with which a migration kept others from a table for long
 * @param resumed the last migrations that this replica resumed where they had stopped
 * @param migrations what becomes of migrations that are not run, or not under the lock
 * @param missing why these migrations are not run, or not under the lock
 */
public record StartReport(Instant at, GateState state, Instant since, String replica, String mode, String timing,
		@Nullable String reason, @Nullable Holder holder, @Nullable Progress progress, Duration waited,
		List<Entered> states, List<Step> steps, List<Migrated> migrated, List<Unsettled> unsettled,
		List<String> deferred, List<Retry> retries, Counts counts, List<HeldLock> locks, List<Resumed> resumed,
		@Nullable String migrations, @Nullable String missing) implements OperationResponseBody {

	static StartReport of(Gate gate, CompletedMigrations completed, Instant at, StartSettings settings) {
		GateSnapshot now = gate.snapshot();
		Entries seen = gate.journal().entries();
		MigrationsCompletedEvent soFar = completed.toEvent(gate);
		boolean goesOn = now.state() != GateState.SETTLING && now.state() != GateState.OPEN;
		return new StartReport(at, now.state(), now.since(), now.replica(), settings.mode(), settings.timing(),
				(now.reason() != null) ? MessageSanitizer.hide(now.reason()) : null, seen.holder(),
				goesOn ? seen.progress() : null, soFar.waited(), seen.states(), now.steps(), soFar.migrated(),
				now.unsettled().stream().map(StartReport::withoutSecrets).toList(), seen.deferred(),
				seen.retries().stream().map(StartReport::withoutSecrets).toList(), Counts.of(seen), seen.locks(),
				seen.resumed(), (seen.unattended() != null) ? seen.unattended().migrations() : null,
				(seen.unattended() != null) ? seen.unattended().missing() : null);
	}

	static Unsettled withoutSecrets(Unsettled unsettled) {
		return new Unsettled(unsettled.name(), unsettled.since(), MessageSanitizer.hide(unsettled.answer()));
	}

	private static Retry withoutSecrets(Retry retry) {
		return new Retry(retry.at(), retry.cause(), MessageSanitizer.hide(retry.why()));
	}

	/**
	 * Return when the start began.
	 * @return when it began
	 */
	public Instant began() {
		return this.states.get(0).since();
	}

	/**
	 * Return when the start ended.
	 * @return when it ended, or when this report was made if it goes on
	 */
	public Instant ended() {
		return hasEnded() ? this.since : this.at;
	}

	/**
	 * Return whether the start has ended.
	 * @return whether the gate is open or the start has failed
	 */
	public boolean hasEnded() {
		return this.state == GateState.OPEN || this.state == GateState.FAILED;
	}

	/**
	 * Return how long a step took.
	 * @param step one of the steps
	 * @return the time, until now if it has not ended
	 */
	public Duration untilNow(Step step) {
		Duration took = step.took();
		return (took != null) ? took : Duration.between(step.started(), ended());
	}

	/**
	 * Return the time of all steps of a kind, also of those that have not ended.
	 */
	Duration untilNow(StepKind kind) {
		return steps(kind).map(this::untilNow).reduce(Duration.ZERO, Duration::plus);
	}

	/**
	 * Return the time of the steps of a kind that have ended.
	 */
	Duration took(StepKind kind) {
		return steps(kind).map(Step::took).filter(Objects::nonNull).reduce(Duration.ZERO, Duration::plus);
	}

	/**
	 * Return how many steps of a kind have ended.
	 */
	long count(StepKind kind) {
		return steps(kind).filter((step) -> step.took() != null).count();
	}

	private Stream<Step> steps(StepKind kind) {
		return this.steps.stream().filter((step) -> step.kind() == kind);
	}

	/**
	 * How often something has happened on this replica.
	 *
	 * @param migrationsApplied a migration was applied
	 * @param rowsChanged a migration in chunks has changed a row
	 * @param leaseRenewals the lease was renewed
	 * @param failedLeaseRenewals an attempt to renew it has failed
	 * @param lostLeases a lease was lost
	 * @param takeovers the lock was taken from another replica that had not released it
	 * @param databaseUnreachable an attempt to reach the database has failed
	 * @param lostConnections the connection broke in the middle of the work
	 * @param transientFailures the work was tried again after a transient failure
	 * @param missedLocks a statement did not get its strong lock in time
	 * @param pausedMilliseconds the time that was spent in pauses before retries
	 */
	public record Counts(long migrationsApplied, long rowsChanged, long leaseRenewals, long failedLeaseRenewals,
			long lostLeases, long takeovers, long databaseUnreachable, long lostConnections, long transientFailures,
			long missedLocks, long pausedMilliseconds) {

		static Counts of(Entries seen) {
			return new Counts(seen.count(StartCounter.MIGRATION_APPLIED), seen.count(StartCounter.ROW_CHANGED),
					seen.count(StartCounter.LEASE_RENEWED), seen.count(StartCounter.RENEWAL_FAILED),
					seen.count(StartCounter.LEASE_LOST), seen.count(StartCounter.TAKEN_OVER),
					seen.count(StartCounter.DATABASE_UNREACHABLE), seen.count(StartCounter.CONNECTION_LOST),
					seen.count(StartCounter.TRANSIENT_FAILURE), seen.count(StartCounter.LOCK_MISSED),
					seen.count(StartCounter.MILLISECOND_PAUSED));
		}

	}

}

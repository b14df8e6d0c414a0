package dev.startgate.flyway;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.startgate.gate.DatabaseUnreachableException;
import dev.startgate.gate.Lease;
import dev.startgate.gate.Outcome;
import dev.startgate.gate.Lock;
import dev.startgate.gate.Work;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The migrations of one Flyway, and what has to be done before them.
 */
final class FlywayWork implements Work {

	private static final Logger logger = LoggerFactory.getLogger(FlywayWork.class);

	private final String name;

	private final Flyway flyway;

	private final boolean always;

	private final Work before;

	private final Work after;

	private final MigrationNotes notes;

	private final Consumer<Lease> awaitForeignLock;

	private final Consumer<UnderLease> migration;

	private @Nullable Look look;

	private @Nullable AppliedMigrations first;

	private @Nullable ExpectedHistory expected;

	private @Nullable AppliedMigrations atLease;

	/** Updated by each look, so that a replica that waited need not look twice. */
	private @Nullable AppliedMigrations last;

	/**
	 * Create the work.
	 * @param name the name of the Flyway
	 * @param flyway answers what there is to do
	 * @param always whether the migration is to run even if nothing is pending, because
	 * nobody knows what it does
	 * @param before what has to be done before it
	 * @param after what has to be done after it, under the same lock
	 * @param notes what other holders let this one know
	 * @param awaitForeignLock waits until nobody has Flyway's own lock
	 * @param migration migrates, given the lease and the pending migrations
	 */
	FlywayWork(String name, Flyway flyway, boolean always, Work before, Work after, MigrationNotes notes,
			Consumer<Lease> awaitForeignLock, Consumer<UnderLease> migration) {
		this.name = name;
		this.flyway = flyway;
		this.always = always;
		this.before = before;
		this.after = after;
		this.notes = notes;
		this.awaitForeignLock = awaitForeignLock;
		this.migration = migration;
	}

	@Override
	public String name() {
		return "migrations of '" + this.name + "'";
	}

	@Override
	public boolean isPending() {
		Optional<AppliedMigrations> asExpected = (this.expected != null) ? this.expected.read() : Optional.empty();
		if (asExpected.isPresent()) {
			this.last = asExpected.get();
			return this.before.isPending() || this.after.isPending();
		}
		Optional<MigrationInfoService> info = info();
		this.last = AppliedMigrations.of(info);
		boolean special = this.always || info.isEmpty() || look().callbacksAreThere();
		if (this.first == null) {
			this.first = this.last;
			this.expected = special ? null
					: ExpectedHistory.of(this.flyway.getConfiguration(), info.get().all(), this.first).orElse(null);
		}
		return special || Precheck.isPending(info.get()) || this.before.isPending() || this.after.isPending();
	}

	@Override
	public void perform(Lease lease) {
		this.awaitForeignLock.accept(lease);
		Optional<MigrationInfoService> info = info();
		if (!this.always) {
			this.notes.check(lease, () -> info);
		}
		this.before.perform(lease);
		if (this.atLease == null) {
			// what was done before a connection broke was done here, too
			this.atLease = AppliedMigrations.of(info);
		}
		lease.ensureHeld();
		this.migration.accept(new UnderLease(lease,
				info.map(MigrationInfoService::pending).map(List::of).orElse(List.of()), this::info));
		this.after.perform(lease);
	}

	@Override
	public void begin(Lock lock) {
		this.notes.begin(lock);
	}

	@Override
	public boolean isMended(Lock lock) {
		return this.notes.isMended(lock, this::info);
	}

	@Override
	public void conclude(Outcome outcome) {
		if (outcome.performed()) {
			this.last = AppliedMigrations.of(info());
		}
	}

	/**
	 * A strategy may be what makes sense of the locations, as that of Spring Modulith
	 * does; then Flyway by itself may see nothing but an error.
	 */
	private Optional<MigrationInfoService> info() {
		try {
			return Optional.of(look().info());
		}
		catch (FlywayException ex) {
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw new DatabaseUnreachableException(ex);
			}
			if (!this.always) {
				throw ex;
			}
			logger.debug("Only the strategy of '{}' knows what there is to do", this.name, ex);
			return Optional.empty();
		}
	}

	private Look look() {
		if (this.look == null) {
			this.look = Look.with(this.flyway);
		}
		return this.look;
	}

	/**
	 * Return whether nobody but a strategy knows what was done.
	 */
	boolean isAlways() {
		return this.always;
	}

	AppliedMigrations first() {
		return known(this.first);
	}

	AppliedMigrations atLease() {
		return known(this.atLease);
	}

	AppliedMigrations last() {
		return known(this.last);
	}

	private static AppliedMigrations known(@Nullable AppliedMigrations migrations) {
		if (migrations == null) {
			throw new IllegalStateException("Nobody has looked yet");
		}
		return migrations;
	}

	/**
	 * What a migration is given.
	 *
	 * @param lease the lease that is held
	 * @param pending the pending migrations
	 * @param info looks again
	 */
	record UnderLease(Lease lease, List<MigrationInfo> pending, Supplier<Optional<MigrationInfoService>> info) {
	}

}

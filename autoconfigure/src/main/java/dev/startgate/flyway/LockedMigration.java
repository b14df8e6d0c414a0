package dev.startgate.flyway;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.sql.DataSource;

import dev.startgate.coordination.Lease;
import dev.startgate.flyway.FlywayLog.Quiet;
import dev.startgate.flyway.ddl.PatientStatements;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.output.CleanResult;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * A critical section that a thread is in.
 *
 * @param name the name of the Flyway that it is about
 * @param flyway that Flyway
 * @param given the lease, and what there is to do
 * @param bootstrap the creation of its history
 * @param notes the notes for other holders
 * @param preconditions the files that are asked just before single migrations
 * @param waits what its statements need to wait for strong locks
 */
record LockedMigration(FlywayName name, Flyway flyway, UnderLease given, HistoryBootstrap bootstrap,
		MigrationNotes notes, PreconditionFiles preconditions, PatientStatements.Means waits) {

	/**
	 * Migrate with this Flyway, or another one for the same history.
	 */
	MigrateResult migrate(Flyway own, Means means) {
		if (own.getClass() != Flyway.class) {
			return own.migrate();
		}
		if (own.getConfiguration().isGroup()) {
			DistributedSql.refuseGroup(this.given.lease());
		}
		boolean same = own.getConfiguration() == this.flyway.getConfiguration();
		this.notes.checkOnce(this.given.lease(), same ? this.given.info() : () -> Optional.of(Look.with(own).info()),
				!same);
		LeaseCallback callback = new LeaseCallback(this.name, this.given.lease(), means, this.given.pending().size(),
				this.notes, this.preconditions, this.waits);
		Flyway working = GuardedFlyway.of(own.getConfiguration(), this.given.lease(), callback, this.bootstrap.hasRun(),
				this.given.older().left(), means.lockByTransaction());
		try {
			callback.before();
			MigrateResult result = FlywayInternals.call(() -> migrate(working));
			callback.recorded();
			callback.ended();
			this.notes.succeeded(this.given.lease(), callback.applied());
			return result;
		}
		catch (RuntimeException ex) {
			callback.ended();
			ex.addSuppressed(new FailureInHistory(this.name.owner(), callback.isNoted(), callback.stopped()));
			throw this.notes.failed(this.given.lease(),
					failedRun(ex, callback, working.getConfiguration().getDataSource()), this.given.info());
		}
		catch (Error ex) {
			callback.ended();
			this.notes.ended();
			throw ex;
		}
	}

	private MigrateResult migrate(Flyway working) {
		return this.name.equals(DataMigrations.NAME)
				? FlywayLog.with(working.getConfiguration(), Quiet.DATABASE, working::migrate) : working.migrate();
	}

	private static FailedRun failedRun(RuntimeException failure, LeaseCallback callback, DataSource dataSource) {
		GuardedDataSource guarded = (dataSource instanceof GuardedDataSource) ? (GuardedDataSource) dataSource : null;
		boolean together = guarded == null || guarded.isShared();
		return new FailedRun(failure, callback.hasFailed(), together ? List.of() : callback.inDoubt(failure),
				callback.last(),
				TransientFailures.why(failure, (guarded != null) ? guarded.product() : null).orElse(null));
	}

	/**
	 * Clean the schema, and with it the history of its data migrations, if there is one.
	 * Without the lease nothing is cleaned, because another holder may use the schema.
	 */
	CleanResult clean(Flyway application, Optional<NoteKeys> data) {
		Lease lease = this.given.lease();
		lease.ensureHeld();
		CleanResult result = application.clean();
		lease.restore();
		NoteKeys.of(this.flyway.getConfiguration()).forget(lease);
		data.ifPresent((history) -> history.forget(lease));
		// what a newer replica has applied is gone, too
		this.given.older().find(this.given.info().get());
		return result;
	}

	/**
	 * What a migration is given.
	 *
	 * @param lease the lease that is held
	 * @param pending the pending migrations
	 * @param older the repeatable migrations that are left as they are
	 * @param info looks at the history again
	 */
	record UnderLease(Lease lease, List<MigrationInfo> pending, OlderRepeatables older,
			Supplier<Optional<MigrationInfoService>> info) {
	}

}

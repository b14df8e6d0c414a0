package dev.startgate.flyway;

import dev.startgate.flyway.FlywayWork.UnderLease;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * A critical section that a thread is in.
 *
 * @param flyway the Flyway that it is about
 * @param given the lease, and what there is to do
 * @param bootstrap the creation of its history
 * @param notes what other holders are let know
 * @param preconditions asked just before single migrations
 */
record ActiveSection(Flyway flyway, UnderLease given, HistoryBootstrap bootstrap, MigrationNotes notes,
		PreconditionFiles preconditions) {

	/**
	 * Migrate with this Flyway, or another one for the same history.
	 */
	MigrateResult migrate(Flyway own, Gate gate, Time time) {
		if (own.getClass() != Flyway.class) {
			return own.migrate();
		}
		if (own.getConfiguration().isGroup()) {
			DistributedSql.refuseGroup(this.given.lease());
		}
		this.notes.checkOnce(this.given.lease(), this.given.info());
		LeaseCallback callback = new LeaseCallback(this.given.lease(), gate, time, this.given.pending().size(),
				this.notes, this.preconditions);
		Flyway working = WorkingFlyway.of(own.getConfiguration(), this.given.lease(), callback,
				this.bootstrap.hasRun());
		try {
			MigrateResult result = working.migrate();
			this.notes.succeeded(this.given.lease(), callback.applied());
			return result;
		}
		catch (RuntimeException ex) {
			throw this.notes.failed(this.given.lease(),
					FailedRun.of(ex, callback, working.getConfiguration().getDataSource()), this.given.info());
		}
	}

	void cleaned() {
		this.given.lease().restore();
		this.notes.cleaned(this.given.lease());
	}

}

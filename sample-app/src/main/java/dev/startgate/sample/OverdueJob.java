package dev.startgate.sample;

import dev.startgate.StartupGate;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Marks parcels that should have been there by now, and leaves a row for each run. It
 * fails without its tables, so it must not run before the migrations are done. Of a fleet
 * that has a clock, only that runs it.
 */
@Component
@ConditionalOnBooleanProperty(name = "parcels.clock.enabled", matchIfMissing = true)
class OverdueJob {

	private final ParcelRepository parcels;

	private final StartupGate gate;

	private final JdbcClient jdbc;

	OverdueJob(ParcelRepository parcels, StartupGate gate, JdbcClient jdbc) {
		this.parcels = parcels;
		this.gate = gate;
		this.jdbc = jdbc;
	}

	@Scheduled(fixedDelayString = "1s")
	@Transactional
	void run() {
		this.jdbc.sql("insert into job_run (job, replica) values ('overdue', :replica)")
			.param("replica", this.gate.snapshot().replica())
			.update();
		this.parcels.markOverdue();
		this.jdbc.sql("delete from job_run where ran_at < now() - interval '1 hour'").update();
	}

}

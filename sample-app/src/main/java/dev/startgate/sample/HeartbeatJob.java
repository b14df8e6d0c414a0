package dev.startgate.sample;

import dev.startgate.StartupGate;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Leaves a row each second on each replica that has a clock. It fails without its table,
 * so it must not run before the migrations are done.
 */
@Component
@ConditionalOnBooleanProperty(name = "parcels.clock.enabled", matchIfMissing = true)
class HeartbeatJob {

	private final StartupGate gate;

	private final JdbcClient jdbc;

	HeartbeatJob(StartupGate gate, JdbcClient jdbc) {
		this.gate = gate;
		this.jdbc = jdbc;
	}

	@Scheduled(fixedDelayString = "1s")
	@Transactional
	void run() {
		this.jdbc.sql("insert into job_run (job, replica) values ('heartbeat', :replica)")
			.param("replica", this.gate.snapshot().replica())
			.update();
		this.jdbc.sql("delete from job_run where ran_at < now() - interval '1 hour'").update();
	}

}

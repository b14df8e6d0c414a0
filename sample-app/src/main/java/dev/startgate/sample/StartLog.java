package dev.startgate.sample;

import dev.startgate.GateOpenedEvent;
import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.StartupGate;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes down each start of a replica: whether it migrated, how long it waited for
 * another one, and when its gate opened by the clock of the database.
 */
@Component
class StartLog {

	private final StartupGate gate;

	private final JdbcClient jdbc;

	private volatile @Nullable MigrationsCompletedEvent migrations;

	StartLog(StartupGate gate, JdbcClient jdbc) {
		this.gate = gate;
		this.jdbc = jdbc;
	}

	@EventListener
	void remember(MigrationsCompletedEvent event) {
		this.migrations = event;
	}

	@EventListener
	void write(GateOpenedEvent event) {
		MigrationsCompletedEvent completed = this.migrations;
		if (completed != null) {
			this.jdbc.sql("""
					insert into replica_start (replica, migrated_here, waited)
					values (:replica, :migratedHere, make_interval(secs => :waited / 1000.0))
					""")
				.param("replica", this.gate.snapshot().replica())
				.param("migratedHere", completed.performedHere())
				.param("waited", completed.waited().toMillis())
				.update();
		}
	}

}

package dev.startgate.sample.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.FleetEvent.Remark;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link ReplicaLog} makes of a line.
 */
class ReplicaLogTests {

	private static final Instant AT = Instant.parse("2026-01-01T10:00:00.125Z");

	private final List<FleetEvent> events = new ArrayList<>();

	private final ReplicaLog log = new ReplicaLog("replica-1", this.events::add);

	@Test
	void aChangeOfState() {
		log("DEBUG", "dev.startgate.gate.Gate", "State is now 'WAITING' (was 'CONNECTING')");
		assertThat(this.events).containsExactly(new StateSeen("replica-1", AT, GateState.WAITING));
	}

	@Test
	void aSentenceOfStartgateWithoutItsDetails() {
		log("INFO", "dev.startgate.coordination.LockWait", "Waiting for replica 'replica-2' (generation 1), which ...");
		assertThat(this.events).containsExactly(new Remark("replica-1", AT, "Waiting for replica 'replica-2'"));
	}

	@Test
	void theMigrationThatFlywayBegins() {
		log("INFO", "org.flywaydb.core.internal.command.DbMigrate",
				"Migrating schema \"public\" to version \"1 - create parcel\"");
		assertThat(this.events).containsExactly(new Remark("replica-1", AT, "Migrating to V1 - create parcel"));
	}

	@Test
	void whatElseIsLoggedIsOfNoInterest() {
		log("INFO", "dev.startgate.sample.SampleApplication", "Started");
		log("DEBUG", "dev.startgate.coordination.LockedWorkRunner", "Nothing to do");
		log("INFO", "com.zaxxer.hikari.HikariDataSource", "Starting");
		this.log.accept("\tat java.base/java.lang.Thread.run(Thread.java:840)");
		assertThat(this.events).isEmpty();
	}

	private void log(String level, String logger, String message) {
		this.log.accept("2026-01-01T11:00:00.125+01:00 " + "%5s".formatted(level) + " [           main] " + logger
				+ " : " + message);
	}

}

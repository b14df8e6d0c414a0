package dev.startgate.actuate;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import dev.startgate.StartupGate;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Shows the gate as health. Reads one snapshot and no database.
 */
public final class GateHealthIndicator implements HealthIndicator {

	private final StartupGate gate;

	public GateHealthIndicator(StartupGate gate) {
		this.gate = gate;
	}

	@Override
	public Health health() {
		GateSnapshot snapshot = this.gate.snapshot();
		Health.Builder health = Health.status(status(snapshot.state()))
			.withDetail("state", snapshot.state())
			.withDetail("since", snapshot.since())
			.withDetail("replica", snapshot.replica());
		if (snapshot.holder() != null) {
			health.withDetail("holder", snapshot.holder());
		}
		if (snapshot.progress() != null) {
			health.withDetail("progress", snapshot.progress());
		}
		if (!snapshot.unsettled().isEmpty()) {
			health.withDetail("unsettled", snapshot.unsettled().stream().map(StartReport::withoutSecrets).toList());
		}
		if (snapshot.reason() != null) {
			health.withDetail("reason", String.valueOf(Secrets.hide(snapshot.reason())));
		}
		return health.build();
	}

	private static Status status(GateState state) {
		return switch (state) {
			case OPEN -> Status.UP;
			case FAILED -> Status.DOWN;
			case CLOSED, CONNECTING, WAITING, MIGRATING, SETTLING, BLOCKED -> Status.OUT_OF_SERVICE;
		};
	}

}

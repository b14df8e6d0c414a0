package dev.startgate.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.startgate.GateSnapshot;
import dev.startgate.StartupGate;
import dev.startgate.gate.Gate;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.gate.StartJournal.Unattended;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Shows the gate as health. If the gate is ready, it shows that of a child context that
 * is not: the endpoint of a parent answers for its children, too. Reads no database.
 */
public final class GateHealthIndicator implements HealthIndicator, AutoCloseable {

	private final StartupGate gate;

	private final @Nullable GateHealthIndicator parent;

	private final List<GateHealthIndicator> children = new CopyOnWriteArrayList<>();

	public GateHealthIndicator(StartupGate gate) {
		this(gate, null);
	}

	/**
	 * Create a new indicator.
	 * @param gate the gate
	 * @param parent the indicator of the parent context, if there is any
	 */
	public GateHealthIndicator(StartupGate gate, @Nullable GateHealthIndicator parent) {
		this.gate = gate;
		this.parent = parent;
		if (parent != null) {
			parent.children.add(this);
		}
	}

	@Override
	public void close() {
		if (this.parent != null) {
			this.parent.children.remove(this);
		}
	}

	private GateSnapshot snapshot() {
		GateSnapshot own = this.gate.snapshot();
		return !isReady(own) ? own
				: this.children.stream()
					.map(GateHealthIndicator::snapshot)
					.filter((snapshot) -> !isReady(snapshot))
					.findFirst()
					.orElse(own);
	}

	@Override
	public Health health() {
		GateSnapshot snapshot = snapshot();
		Health.Builder health = Health.status(status(snapshot))
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
			health.withDetail("reason", MessageSanitizer.hide(snapshot.reason()));
		}
		Unattended unattended = (this.gate instanceof Gate own) ? own.journal().entries().unattended() : null;
		if (unattended != null) {
			health.withDetail("migrations", unattended.migrations()).withDetail("missing", unattended.missing());
		}
		return health.build();
	}

	/**
	 * Return whether this gate, and those of children, let requests in.
	 * @return whether the health of the gate is up
	 */
	public boolean isReady() {
		return isReady(snapshot());
	}

	private static boolean isReady(GateSnapshot snapshot) {
		return status(snapshot) == Status.UP;
	}

	private static Status status(GateSnapshot snapshot) {
		return switch (snapshot.state()) {
			case OPEN -> (snapshot.reason() == null) ? Status.UP : Status.OUT_OF_SERVICE;
			case FAILED -> Status.DOWN;
			case CLOSED, CONNECTING, WAITING, MIGRATING, SETTLING, BLOCKED -> Status.OUT_OF_SERVICE;
		};
	}

}

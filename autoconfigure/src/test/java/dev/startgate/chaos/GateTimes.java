package dev.startgate.chaos;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import dev.startgate.StartupGate;

/**
 * The times at which a replica in this JVM began to wait, went on and got its event, in
 * milliseconds since the epoch. A time is 0 if it has not come yet.
 */
final class GateTimes {

	private static final Map<String, GateTimes> ALL = new ConcurrentHashMap<>();

	private volatile long waiting;

	private volatile long goingOn;

	private volatile long completed;

	static GateTimes of(String replica) {
		return ALL.computeIfAbsent(replica, (key) -> new GateTimes());
	}

	static void clear() {
		ALL.clear();
	}

	boolean isWaiting() {
		return this.waiting != 0 && this.goingOn == 0;
	}

	long goingOn() {
		return this.goingOn;
	}

	long completedAt() {
		return this.completed;
	}

	void completed() {
		this.completed = System.currentTimeMillis();
	}

	void follow(StartupGate gate) {
		while (this.goingOn == 0) {
			GateSnapshot snapshot = gate.snapshot();
			if (snapshot.state() == GateState.WAITING) {
				this.waiting = snapshot.since().toEpochMilli();
			}
			else if (this.waiting != 0) {
				this.goingOn = snapshot.since().toEpochMilli();
			}
			else if (gate.isOpen()) {
				return;
			}
			try {
				Thread.sleep(3);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

}

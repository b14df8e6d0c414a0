package dev.startgate.gate;

import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;

/**
 * Creates snapshots that differ from another one in one respect, and knows which state
 * may follow which. An application may have several Flyways: after the work of one, the
 * replica looks at the next.
 */
final class SnapshotChanges {

	private SnapshotChanges() {
	}

	static boolean isAllowed(GateState from, GateState to) {
		return !isFinal(from) && to != GateState.CLOSED && (to != GateState.OPEN || from == GateState.SETTLING);
	}

	static boolean isFinal(GateState state) {
		return state == GateState.OPEN || state == GateState.FAILED;
	}

	static GateSnapshot enter(GateSnapshot now, GateState state, Instant since, @Nullable String reason) {
		return (now.state() == state) ? now : new GateSnapshot(state, since, now.replica(), now.holder(),
				now.progress(), now.steps(), now.unsettled(), reason);
	}

	static GateSnapshot show(GateSnapshot now, @Nullable Holder holder, @Nullable Progress progress) {
		return new GateSnapshot(now.state(), now.since(), now.replica(), holder, progress, now.steps(), now.unsettled(),
				now.reason());
	}

	static GateSnapshot show(GateSnapshot now, List<Unsettled> unsettled) {
		return new GateSnapshot(now.state(), now.since(), now.replica(), now.holder(), now.progress(), now.steps(),
				unsettled, now.reason());
	}

	static GateSnapshot show(GateSnapshot now, @Nullable String reason) {
		return new GateSnapshot(now.state(), now.since(), now.replica(), now.holder(), now.progress(), now.steps(),
				now.unsettled(), reason);
	}

	static GateSnapshot steps(GateSnapshot now, List<Step> steps) {
		return new GateSnapshot(now.state(), now.since(), now.replica(), now.holder(), now.progress(), steps,
				now.unsettled(), now.reason());
	}

}

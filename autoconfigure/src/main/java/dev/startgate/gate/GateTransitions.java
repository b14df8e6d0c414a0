package dev.startgate.gate;

import java.util.EnumSet;
import java.util.Set;

import dev.startgate.GateState;

/**
 * Which state may follow which. An application may have several Flyways, so that the work
 * of one is followed by looking at the next.
 */
final class GateTransitions {

	private static final Set<GateState> UNDER_WAY = EnumSet.of(GateState.CONNECTING, GateState.WAITING,
			GateState.MIGRATING, GateState.SETTLING, GateState.BLOCKED, GateState.FAILED);

	private static final Set<GateState> UNDER_WAY_OR_OPEN = EnumSet.of(GateState.CONNECTING, GateState.WAITING,
			GateState.MIGRATING, GateState.SETTLING, GateState.BLOCKED, GateState.FAILED, GateState.OPEN);

	private GateTransitions() {
	}

	static boolean isAllowed(GateState from, GateState to) {
		return switch (from) {
			case CLOSED, CONNECTING, WAITING, MIGRATING, BLOCKED -> UNDER_WAY.contains(to);
			case SETTLING -> UNDER_WAY_OR_OPEN.contains(to);
			case OPEN, FAILED -> false;
		};
	}

	static boolean isFinal(GateState state) {
		return state == GateState.OPEN || state == GateState.FAILED;
	}

}

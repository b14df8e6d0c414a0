package dev.startgate.coordination;

import java.time.Duration;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a holder, to those who wait for it.
 */
final class ShownHolder {

	/** By default a lease is renewed more often. */
	static final Duration LATE = Duration.ofSeconds(10);

	private ShownHolder() {
	}

	/**
	 * Say who has the lock and how far that replica is.
	 */
	static String describe(Lock.View view, Time time) {
		return (view.holder() != null) ? ". Replica '" + view.holder().replica() + "' has the lock"
				+ describeRenewal(view.holder(), time) + describe(view.progress()) : "";
	}

	/**
	 * Return whether a holder has not renewed its lease for so long that it may be gone.
	 */
	static boolean isLate(Holder holder, Time time) {
		return sinceRenewal(holder, time).compareTo(LATE) >= 0;
	}

	private static Duration sinceRenewal(Holder holder, Time time) {
		return Duration.between(holder.renewed(), time.instant());
	}

	static String describeRenewal(Holder holder, Time time) {
		return isLate(holder, time) ? ", renewed " + sinceRenewal(holder, time).toSeconds() + " s ago" : "";
	}

	static String describe(@Nullable Progress progress) {
		if (progress == null) {
			return "";
		}
		String current = (progress.current() != null) ? ", now " + progress.current() : "";
		return ": " + progress.done() + " of " + progress.total() + " done" + current;
	}

}

package dev.startgate.flyway;

import java.time.Instant;
import java.util.Objects;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.coordination.Lease;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartJournal.Resumed;
import dev.startgate.gate.Time;
import dev.startgate.gate.UnderWay;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far the migrations of one run are, on this replica and to waiting ones. The
 * thread that renews the lease reports what a migration waits for.
 */
final class ShownProgress {

	private static final Logger logger = LoggerFactory.getLogger(ShownProgress.class);

	private final Lease lease;

	private final Gate gate;

	private final Time time;

	private final int total;

	private int done;

	private Instant since = Instant.EPOCH;

	private @Nullable String current;

	private @Nullable String position;

	private @Nullable String blockedBy;

	/** Whether the waiting statement itself reports what it waits for. */
	private boolean patient;

	ShownProgress(Lease lease, Gate gate, Time time, int total) {
		this.lease = lease;
		this.gate = gate;
		this.time = time;
		this.total = total;
	}

	synchronized void begin(String migration) {
		next(migration);
		listen();
	}

	/**
	 * Listen anew: what was heard while a statement reported its own wait was not shown.
	 */
	private void listen() {
		this.lease.sessions().onBlocked(this::blocked);
	}

	synchronized void position(String position) {
		this.position = position;
		show();
	}

	/**
	 * The migration goes on where it had stopped.
	 */
	synchronized void goesOn(String how) {
		position(how);
		this.gate.journal().resume(new Resumed(this.time.instant(), String.valueOf(this.current), how));
	}

	private synchronized void blocked(@Nullable String session) {
		if (this.current != null && !this.patient) {
			if (session != null) {
				logger.warn("{} waits for {}", this.current, session);
			}
			this.blockedBy = session;
			show();
		}
	}

	/**
	 * A statement waits for a strong lock, and steps back by itself.
	 * @param who the session that it waits for, {@code null} once the wait is over
	 */
	synchronized void waits(@Nullable String who) {
		if (who == null && (this.patient || this.blockedBy != null)) {
			listen();
		}
		this.patient = who != null;
		if (!Objects.equals(this.blockedBy, who)) {
			this.blockedBy = who;
			show();
		}
	}

	void ended() {
		this.lease.sessions().onBlocked(null);
	}

	synchronized void applied() {
		this.done++;
		next(null);
	}

	private void next(@Nullable String migration) {
		this.since = this.time.instant();
		this.current = migration;
		this.position = null;
		this.blockedBy = null;
		this.patient = false;
		show();
	}

	private void show() {
		Progress progress = new Progress(this.done, Math.max(this.total, this.done), text(), this.since);
		this.gate.show(this.lease.holder(), progress);
		this.lease.report(progress);
	}

	private @Nullable String text() {
		if (this.current == null) {
			return null;
		}
		String what = this.current + ((this.position != null) ? ": " + this.position : "");
		return (this.blockedBy != null) ? UnderWay.waiting(what, this.blockedBy) : what;
	}

}

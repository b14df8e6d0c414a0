package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;

import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a holder has vanished, long before its lease runs out. In two looks, more
 * than half a second apart, the lock of its session is free and none of its recorded
 * sessions is left. The holder has not renewed its lease in between either. Nothing is
 * known of sessions on another server: then the lease alone decides.
 */
final class HolderLiveness {

	private static final Logger logger = LoggerFactory.getLogger(HolderLiveness.class);

	/**
	 * Long enough for a holder whose session was ended to record a new one. A holder
	 * checks its session four times a second.
	 */
	private static final Duration APART = Duration.ofMillis(600);

	/** A new holder needs some time to record its first session. */
	private static final Duration FIRST_RECORD = Duration.ofSeconds(5);

	private static final int RENEWALS = 2;

	private final LeaseTable rows;

	private final Sessions sessions;

	private final Time time;

	private @Nullable LockObservation suspect;

	private long suspectedAt;

	private @Nullable LockObservation elsewhere;

	private int renewals;

	HolderLiveness(LeaseTable rows, Sessions sessions, Time time) {
		this.rows = rows;
		this.sessions = sessions;
		this.time = time;
	}

	/**
	 * Look for signs of life.
	 * @return {@code GONE} if there were none in two looks, more than half a second apart
	 */
	Verdict judge(LockObservation seen) {
		if (!seen.seen() || isNew(seen) || isAlive(seen)) {
			this.suspect = null;
			return Verdict.ALIVE;
		}
		if (this.suspect == null || !this.suspect.token().equals(seen.token())
				|| !this.suspect.until().equals(seen.until())) {
			this.suspect = seen;
			this.suspectedAt = this.time.nanoTime();
			return Verdict.SUSPECT;
		}
		return (this.time.since(this.suspectedAt).compareTo(APART) < 0) ? Verdict.SUSPECT : Verdict.GONE;
	}

	private boolean isNew(LockObservation seen) {
		return seen.sessions().isEmpty() && seen.view().holder() != null
				&& Duration.between(seen.view().holder().since(), this.time.instant()).compareTo(FIRST_RECORD) < 0;
	}

	/**
	 * Return whether a holder seems to be alive. If the database does not answer such
	 * questions, every holder does.
	 */
	private boolean isAlive(LockObservation seen) {
		try {
			return this.rows.call("look for the sessions of the holder", (session) -> isAlive(seen, session));
		}
		catch (LockFailedException ex) {
			logger.debug("This database does not tell of its sessions", ex);
			return true;
		}
	}

	private boolean isAlive(LockObservation seen, Connection session) throws SQLException {
		LiveSessions live = this.sessions.alive(session, seen.sessions(), this.rows.sessionLockName());
		if (!live.all().isEmpty()) {
			return true;
		}
		if (live.canTellOf(seen.sessions())) {
			return false;
		}
		sawElsewhere(seen, live.server());
		return true;
	}

	/**
	 * Warn if the sessions of a holder are on another server. A holder that renews its
	 * lease keeps its records current, so they are not left over from before a restart.
	 */
	private void sawElsewhere(LockObservation seen, String here) {
		if (this.elsewhere == null || !this.elsewhere.token().equals(seen.token())) {
			this.renewals = 0;
		}
		else if (!this.elsewhere.until().equals(seen.until()) && ++this.renewals == RENEWALS) {
			logger.warn(
					"Replica '{}' renews its lease on '{}', and its sessions are on another server of the database ({}) "
							+ "than those of this replica ({}). If it is killed, nobody takes over before its lease has "
							+ "run out, and what it leaves running there is neither waited for nor ended. Let the "
							+ "migrations of all replicas go through an address that leads to one server that writes",
					AcquisitionToken.replicaOf(seen.token()), this.rows.lockName(), servers(seen), here);
		}
		this.elsewhere = seen;
	}

	private static String servers(LockObservation seen) {
		return seen.sessions().stream().map(DatabaseSession::server).distinct().collect(Collectors.joining(", "));
	}

	/**
	 * What is known of a holder.
	 */
	enum Verdict {

		/**
		 * It lives, as far as can be seen.
		 */
		ALIVE,

		/**
		 * There was no sign of life in one look.
		 */
		SUSPECT,

		/**
		 * It has vanished.
		 */
		GONE

	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a holder has vanished, long before its lease runs out: the lock of its
 * session is free and none of its recorded sessions is left, in two looks a second apart
 * between which it did not renew its lease either.
 */
final class HolderWatch {

	private static final Logger logger = LoggerFactory.getLogger(HolderWatch.class);

	/** A little less than the pause between the looks. */
	private static final Duration APART = Duration.ofMillis(1100);

	private final LockRows rows;

	private final Sessions sessions;

	private final Time time;

	private @Nullable Sighting suspect;

	private long suspectedAt;

	HolderWatch(LockRows rows, Sessions sessions, Time time) {
		this.rows = rows;
		this.sessions = sessions;
		this.time = time;
	}

	/**
	 * Look for signs of life.
	 * @return whether there are none, for the first time or again
	 */
	Verdict judge(Sighting seen) {
		if (!seen.seen() || isAlive(seen)) {
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

	/**
	 * Of a database that does not answer such questions it can't be said that anybody is
	 * gone.
	 */
	private boolean isAlive(Sighting seen) {
		try {
			return this.rows.call("look for the sessions of the holder", (session) -> isAlive(seen, session));
		}
		catch (LockFailedException ex) {
			logger.debug("This database does not tell of its sessions", ex);
			return true;
		}
	}

	private boolean isAlive(Sighting seen, Connection session) throws SQLException {
		return !this.sessions.alive(session, seen.sessions(), this.rows.sessionLockName()).isEmpty();
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

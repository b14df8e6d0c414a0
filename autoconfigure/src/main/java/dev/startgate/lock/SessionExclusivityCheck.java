package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Finds out whether a connection is a session of its own, and whether a lock of that
 * session excludes another one. A pooler in transaction mode lends one session to many
 * connections, and some databases only pretend to lock.
 */
final class SessionExclusivityCheck {

	private static final int ROUNDS = 5;

	private final Sessions sessions;

	private final String name;

	/**
	 * Create a new check.
	 * @param sessions the sessions of the database
	 * @param name the name of a lock that nobody else uses
	 */
	SessionExclusivityCheck(Sessions sessions, String name) {
		this.sessions = sessions;
		this.name = name;
	}

	/**
	 * Try it with two connections, of which the second has to be given back afterwards.
	 * @throws SQLException if it could not be tried: that is no answer
	 */
	boolean holds(Connection one, Connection other) throws SQLException {
		return stayApart(one, other) && excludes(one, other);
	}

	/**
	 * A pooler can't lend the session of an open transaction, and the session that was
	 * given back last is the one that it lends next, or the last one. So of two
	 * connections that take turns with transactions, and ask twice in between, one soon
	 * has another session than before: unless other clients take and give back just those
	 * at just those moments. One look is deceived by a busy PgBouncer once in some
	 * hundred times, so there are many.
	 */
	private boolean stayApart(Connection one, Connection other) throws SQLException {
		long first = this.sessions.number(one);
		long second = this.sessions.number(other);
		for (int round = 0; round < ROUNDS; round++) {
			if (!stay(one, first, other, second) || !stay(other, second, one, first)) {
				return false;
			}
		}
		return first != second;
	}

	private boolean stay(Connection busy, long busySession, Connection idle, long idleSession) throws SQLException {
		busy.setAutoCommit(false);
		try {
			return this.sessions.number(busy) == busySession && this.sessions.number(idle) == idleSession
					&& this.sessions.number(idle) == idleSession;
		}
		finally {
			busy.rollback();
			busy.setAutoCommit(true);
		}
	}

	private boolean excludes(Connection one, Connection other) throws SQLException {
		if (!this.sessions.tryLock(one, this.name)) {
			return false;
		}
		try {
			boolean locked = this.sessions.tryLock(other, this.name);
			if (locked) {
				this.sessions.unlock(other, this.name);
			}
			return !locked;
		}
		finally {
			this.sessions.unlock(one, this.name);
		}
	}

}

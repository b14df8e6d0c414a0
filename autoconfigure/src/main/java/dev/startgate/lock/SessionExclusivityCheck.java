package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Finds out whether a connection has a session to itself, and whether a lock of that
 * session excludes another session. A pooler in transaction mode lends one session to
 * many connections, some poolers invent numbers of sessions, and some databases only
 * pretend to lock.
 */
final class SessionExclusivityCheck {

	private static final int ROUNDS = 5;

	private final Sessions sessions;

	private final String name;

	private final Runnable afterRound;

	/**
	 * Create a new check.
	 * @param sessions the sessions of the database
	 * @param name the name of a lock that nobody else uses
	 * @param afterRound may use the first connection between two rounds, which together
	 * take some fifty round trips
	 */
	SessionExclusivityCheck(Sessions sessions, String name, Runnable afterRound) {
		this.sessions = sessions;
		this.name = name;
		this.afterRound = afterRound;
	}

	/**
	 * Try this with two connections. The caller has to give the second one back
	 * afterwards.
	 * @throws SQLException if the attempt fails, which is no answer
	 */
	boolean holds(Connection one, Connection other) throws SQLException {
		return stayApart(one, other) && excludes(one, other);
	}

	/**
	 * Return whether both connections keep their sessions. A pooler can't lend the
	 * session of an open transaction. The session that was given back last is the one
	 * that it lends next, or last. So if two connections take turns with transactions,
	 * and ask twice in between, one of them soon gets another session. Other clients may
	 * hide that by chance: a busy PgBouncer deceives one look in some hundred. So there
	 * are several rounds.
	 */
	private boolean stayApart(Connection one, Connection other) throws SQLException {
		long first = this.sessions.number(one);
		long second = this.sessions.number(other);
		for (int round = 0; round < ROUNDS; round++) {
			if (!stay(one, first, other, second) || !stay(other, second, one, first)) {
				return false;
			}
			this.afterRound.run();
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
			boolean seen = this.sessions.isSeen(one, this.name);
			boolean locked = this.sessions.tryLock(other, this.name);
			if (locked) {
				this.sessions.unlock(other, this.name);
			}
			return seen && !locked;
		}
		finally {
			this.sessions.unlock(one, this.name);
		}
	}

}

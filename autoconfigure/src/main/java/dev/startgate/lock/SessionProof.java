package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a connection is a session of its own, and whether a lock of that
 * session excludes another one. A pooler in transaction mode lends one session to many
 * connections, and some databases only pretend to lock.
 */
final class SessionProof {

	private static final Logger logger = LoggerFactory.getLogger(SessionProof.class);

	private final Sessions sessions;

	private final String name;

	/**
	 * Create a proof.
	 * @param sessions the sessions of the database
	 * @param name the name of a lock that nobody else uses
	 */
	SessionProof(Sessions sessions, String name) {
		this.sessions = sessions;
		this.name = name;
	}

	/**
	 * Try it with two connections, of which the second has to be given back afterwards.
	 */
	boolean holds(Connection one, Connection other) {
		try {
			Session session = this.sessions.of(one);
			if (!this.sessions.tryLock(one, this.name)) {
				return false;
			}
			try {
				return excludes(other, session) && staysApart(one, other, session);
			}
			finally {
				this.sessions.unlock(one, this.name);
			}
		}
		catch (SQLException ex) {
			logger.debug("This database does not lock as expected", ex);
			return false;
		}
	}

	private boolean excludes(Connection other, Session session) throws SQLException {
		if (this.sessions.tryLock(other, this.name)) {
			this.sessions.unlock(other, this.name);
			return false;
		}
		return !this.sessions.of(other).equals(session);
	}

	/**
	 * A pooler can't give away the session of an open transaction: if it was that of the
	 * first connection too, that one gets another now.
	 */
	private boolean staysApart(Connection one, Connection other, Session session) throws SQLException {
		other.setAutoCommit(false);
		try {
			return !this.sessions.of(other).equals(session) && this.sessions.of(one).equals(session);
		}
		finally {
			other.rollback();
			other.setAutoCommit(true);
		}
	}

}

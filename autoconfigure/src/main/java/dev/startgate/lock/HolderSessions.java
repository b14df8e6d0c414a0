package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What shows others that a holder is alive: the lock of its session, and a record of each
 * session that works under its lease. One of these sessions is enough.
 */
final class HolderSessions {

	private static final Logger logger = LoggerFactory.getLogger(HolderSessions.class);

	private final LeaseTable rows;

	private final Sessions sessions;

	private final @Nullable ReleaseChannel releases;

	private final AcquisitionToken token;

	private final SessionRecords records;

	private boolean exclusive;

	private boolean locked;

	/** Whether the lock must still be taken over from a former session of the lease. */
	private boolean lockMissing;

	private long generation;

	private final Set<DatabaseSession> works = new HashSet<>();

	private @Nullable DatabaseSession own;

	private @Nullable LockFailedException unanswered;

	HolderSessions(LeaseTable rows, Sessions sessions, @Nullable ReleaseChannel releases, AcquisitionToken token) {
		this.rows = rows;
		this.sessions = sessions;
		this.releases = releases;
		this.token = token;
		this.records = new SessionRecords(rows, token);
	}

	/**
	 * Mark the session of the lease as soon as there is a lease. Others soon take a
	 * holder without marks for dead, and the next steps may take longer.
	 * @param renewal renews the lease if that is due
	 */
	void begin(Runnable renewal) {
		this.generation = this.rows.generation() + 1;
		this.exclusive = findOut(renewal, true);
		if (!this.exclusive) {
			logger.warn("The database, or a pooler in front of it, does not keep sessions apart{}. Until its lease has "
					+ "run out nobody takes over from a replica that was killed, and what it left running is not "
					+ "waited for. If it is a pooler, let migrations connect to the database itself, or to a pool in "
					+ "session mode: set 'spring.flyway.url' to that address, with 'spring.flyway.user' and "
					+ "'spring.flyway.password'",
					(this.unanswered != null)
							? ", or does not let that be found out: " + SqlFailures.answer(this.unanswered) : "");
			this.rows.call("record this holder at the lock", (session) -> put(session) && forgetOwn(session));
		}
	}

	/**
	 * Record the session again if its generation differs. If the answer to a count is
	 * lost, the count may have taken effect, and the next count goes further.
	 */
	void counted(long generation) {
		if (this.generation != generation) {
			this.generation = generation;
			this.rows.call("record the generation of this holder", this::put);
		}
	}

	private boolean put(Connection session) throws SQLException {
		if (!this.exclusive) {
			this.records.putUnseen(session, this.generation);
		}
		else if (this.own != null) {
			this.records.put(session, this.own, this.generation);
		}
		return true;
	}

	/**
	 * A first failure may be temporary, such as a cancelled statement. After a second one
	 * this database is taken not to know the statement.
	 */
	private boolean findOut(Runnable renewal, boolean again) {
		this.exclusive = true;
		this.unanswered = null;
		try {
			refresh();
			return this.rows
				.isExclusive(new SessionExclusivityCheck(this.sessions, "startgate " + this.token, renewal));
		}
		catch (LockFailedException ex) {
			if (Thread.currentThread().isInterrupted()) {
				// the process is about to end: that says nothing about the database
				throw ex;
			}
			logger.debug("This database does not tell of its sessions", ex);
			this.unanswered = ex;
			return again && this.rows.call("forget a session at the lock", this::forgetOwn) && findOut(renewal, false);
		}
	}

	private boolean forgetOwn(Connection session) throws SQLException {
		if (this.own != null) {
			this.records.forget(session, this.own);
			this.own = null;
		}
		return true;
	}

	boolean isExclusive() {
		return this.exclusive;
	}

	/**
	 * Make sure that the present session of the lease is marked: it may have changed.
	 * @return {@code false} if this replica was seen to have lost the lease
	 */
	boolean refresh() {
		return !this.exclusive || this.rows.call("mark the session of the lock", (session) -> {
			DatabaseSession now = this.sessions.of(session);
			DatabaseSession before = this.own;
			if (now.equals(before)) {
				this.lockMissing = this.lockMissing && !tryLock(session);
				return true;
			}
			if (!this.rows.isOurs(session, this.token)) {
				return false;
			}
			this.sessions.mark(session, now);
			this.records.put(session, now, this.generation);
			this.own = now;
			if (before != null) {
				replace(session, before);
			}
			return true;
		});
	}

	/**
	 * End the former session, which may still have its lock if the database has not
	 * noticed a lost connection. A session with the present number is the present one, or
	 * gone.
	 */
	private void replace(Connection session, DatabaseSession before) throws SQLException {
		if (this.own == null || this.own.id() != before.id()) {
			this.sessions.end(session, before);
		}
		if (this.own == null || !this.own.item().equals(before.item())) {
			this.records.forget(session, before);
		}
		this.lockMissing = this.locked && !tryLock(session);
	}

	/** Try to get the lock of the session. */
	boolean tryLock() {
		this.locked = this.locked || !this.exclusive || this.rows.call("lock the session of the lock", this::tryLock);
		return this.locked;
	}

	private boolean tryLock(Connection session) throws SQLException {
		return this.sessions.tryLock(session, this.rows.sessionLockName());
	}

	/** Record a session before it works. */
	void add(DatabaseSession work) {
		if (this.exclusive && !this.works.contains(work)) {
			this.rows.call("record a session at the lock", (session) -> {
				this.records.put(session, work, this.generation);
				return this.works.add(work);
			});
		}
	}

	/** Erase the record of a session that works no more. */
	void remove(DatabaseSession work) {
		if (this.works.remove(work)) {
			this.records.leave(work);
			this.rows.call("erase the record of a session", this.records::forgetLeft);
		}
	}

	/** Record everything anew, after the records were lost. */
	void restore() {
		this.own = null;
		refresh();
		Set<DatabaseSession> lost = Set.copyOf(this.works);
		this.works.clear();
		lost.forEach(this::add);
	}

	/**
	 * Erase the record of the lease's own session before the lease is released. Records
	 * of other sessions, which may still be at work, stay for the next holder.
	 */
	void end() {
		this.rows.call("erase the records of this holder", (session) -> {
			this.records.forgetLeft(session);
			if (!this.exclusive) {
				this.records.forgetUnseen(session, this.generation);
			}
			else if (this.own != null) {
				this.records.forget(session, this.own);
				if (this.locked) {
					this.sessions.unlock(session, this.rows.sessionLockName());
				}
			}
			return true;
		});
	}

	/**
	 * Tell the waiting replicas of the release. Some wait until the mark is gone.
	 */
	void tell() {
		DatabaseSession marked = this.own;
		if (!this.exclusive || marked == null) {
			return;
		}
		try {
			this.rows.call("tell of the release of the lock", (session) -> {
				if (this.releases != null) {
					this.releases.tell(session, this.rows.lockName());
				}
				this.sessions.unmark(session, marked);
				return true;
			});
		}
		catch (RuntimeException ex) {
			logger.debug("The waiting replicas see the release when they look", ex);
		}
	}

}

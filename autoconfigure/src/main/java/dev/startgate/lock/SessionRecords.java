package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.startgate.coordination.HolderNote.Kind;

/**
 * The records of the sessions of one holder.
 */
final class SessionRecords {

	/** Recorded in place of sessions that nobody can see. */
	private static final String UNSEEN = "unseen";

	private final LeaseTable rows;

	private final AcquisitionToken token;

	/** Sessions that work no more, but are still recorded. */
	private final Set<DatabaseSession> left = new HashSet<>();

	SessionRecords(LeaseTable rows, AcquisitionToken token) {
		this.rows = rows;
		this.token = token;
	}

	void put(Connection session, DatabaseSession one, long generation) throws SQLException {
		this.rows.records()
			.put(session, RecordTable.SESSION, one.item(), generation, this.token.toString(), one.detail());
		this.left.remove(one);
	}

	void putUnseen(Connection session, long generation) throws SQLException {
		this.rows.records()
			.put(session, RecordTable.SESSION, UNSEEN + " " + this.token.unique(), generation, this.token.toString(),
					null);
	}

	void forget(Connection session, DatabaseSession one) throws SQLException {
		this.rows.records().erase(session, RecordTable.SESSION, one.item());
	}

	/**
	 * A session works no more. If its record stayed, the next holder would end a session
	 * that has nothing to do with the lock any more.
	 */
	void leave(DatabaseSession one) {
		this.left.add(one);
	}

	/** Erase the records of sessions that work no more, also those that once failed. */
	boolean forgetLeft(Connection session) throws SQLException {
		for (DatabaseSession one : Set.copyOf(this.left)) {
			forget(session, one);
			this.left.remove(one);
		}
		return true;
	}

	/**
	 * Erase the record of a holder that nobody can see, unless a script that it left may
	 * be resumed.
	 */
	void forgetUnseen(Connection session, long generation) throws SQLException {
		if (!mayResume(session, generation)) {
			this.rows.records().eraseSessions(session, this.token);
		}
	}

	/**
	 * Return whether a script that holders have begun may be resumed.
	 * @param since the generation of the first of these holders
	 */
	boolean mayResume(Connection session, long since) throws SQLException {
		Set<String> scripts = this.rows.records().details(session, NoteTable.name(Kind.SCRIPT)).keySet();
		return this.rows.records()
			.read(session, List.of(NoteTable.name(Kind.INTENT)))
			.stream()
			.anyMatch((begun) -> begun.generation() >= since && scripts.contains(begun.item()));
	}

}

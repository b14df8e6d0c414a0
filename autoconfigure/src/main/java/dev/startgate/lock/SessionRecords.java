package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The records of the sessions of one holder.
 */
final class SessionRecords {

	/** Recorded in place of sessions that nobody can see. */
	private static final String UNSEEN = "unseen";

	private final LeaseTable rows;

	private final AcquisitionToken token;

	SessionRecords(LeaseTable rows, AcquisitionToken token) {
		this.rows = rows;
		this.token = token;
	}

	void put(Connection session, DatabaseSession one, long generation) throws SQLException {
		this.rows.records()
			.put(session, RecordTable.SESSION, one.item(), generation, this.token.toString(), one.detail());
	}

	void putUnseen(Connection session, long generation) throws SQLException {
		this.rows.records()
			.put(session, RecordTable.SESSION, UNSEEN + " " + this.token.unique(), generation, this.token.toString(),
					null);
	}

	void forget(Connection session, DatabaseSession one) throws SQLException {
		this.rows.records().erase(session, RecordTable.SESSION, one.item());
	}

	void forgetAll(Connection session) throws SQLException {
		this.rows.records().eraseAll(session, RecordTable.SESSION, this.token);
	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.gate.Time;
import dev.startgate.lock.RecordTable.Row;
import dev.startgate.lock.SessionActivity.Activity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of holders that did not release the lock. A session that runs no statement
 * is ended: its process may be frozen, and must not go on with that session later. A
 * session that runs a statement is waited for, or ended if that is configured.
 */
final class PredecessorSessions {

	private static final Logger logger = LoggerFactory.getLogger(PredecessorSessions.class);

	private final LeaseTable rows;

	private final Sessions sessions;

	private final AcquisitionToken token;

	private final SessionRecords records;

	private final boolean terminate;

	private final Time time;

	private final Runnable takenOver;

	private boolean anothers;

	private boolean told;

	/** The records of sessions that can't be seen from here, by item. */
	private final Map<String, Row> unseen = new HashMap<>();

	PredecessorSessions(LeaseTable rows, Sessions sessions, AcquisitionToken token, boolean terminate, Time time,
			Runnable takenOver) {
		this.rows = rows;
		this.sessions = sessions;
		this.token = token;
		this.records = new SessionRecords(rows, token);
		this.terminate = terminate;
		this.time = time;
		this.takenOver = takenOver;
	}

	/**
	 * End the sessions that may be ended, and forget those that have ended.
	 * @param exclusive whether this holder's own sessions can be told apart
	 * @return the sessions that are still there
	 * @throws LeaseLostException if the lease is gone: the other holders may be later
	 * ones
	 */
	List<Unsettled> clear(boolean exclusive) {
		List<Unsettled> left = this.rows.call("look for sessions of earlier holders", (session) -> {
			if (!this.rows.isOurs(session, this.token)) {
				throw new LeaseLostException(this.rows.lockName(), "another replica was faster", false);
			}
			Map<DatabaseSession, Row> recorded = recorded(session, (writer) -> !writer.equals(this.token.toString()));
			this.anothers |= recorded.values().stream().anyMatch((row) -> isAnothers(row.writer()));
			return clear(session, recorded, exclusive, true);
		});
		if (left.isEmpty() && this.anothers && !this.told) {
			this.told = true;
			this.takenOver.run();
		}
		return left;
	}

	/**
	 * End what may be ended of a holder whose lease has run out. It may have been frozen
	 * during a renewal, and keep everybody from acquiring the lease. No record is erased,
	 * because this replica does not have the lease.
	 */
	void clear(String expired) {
		this.rows.call("look for sessions of a holder that is over",
				(session) -> clear(session, recorded(session, expired::equals), false, false));
	}

	private List<Unsettled> clear(Connection connection, Map<DatabaseSession, Row> recorded, boolean exclusive,
			boolean forget) throws SQLException {
		List<Unsettled> left = new ArrayList<>();
		if (recorded.isEmpty() && !exclusive) {
			return left;
		}
		DatabaseSession own = this.sessions.of(connection);
		LiveSessions live = this.sessions.alive(connection, recorded.keySet(), this.rows.sessionLockName());
		for (SessionActivity alive : live.all()) {
			Row row = remove(recorded, alive.session());
			if (alive.session().id() != own.id() && (row != null || exclusive)) {
				String whom = (row != null) ? " of replica '" + AcquisitionToken.replicaOf(row.writer())
						+ "' (generation " + row.generation() + ")" : ", which has the lock of an earlier holder";
				left.add(toUnsettled("session " + alive.session().id() + whom, alive, own.user(),
						end(connection, alive)));
			}
		}
		if (forget) {
			for (Map.Entry<DatabaseSession, Row> gone : recorded.entrySet()) {
				forget(connection, gone.getKey(), gone.getValue(), live.server());
			}
		}
		return left;
	}

	/**
	 * Return whether some sessions can't be seen, behind a pooler or on another server.
	 * @param since the generation of the first holder whose sessions count
	 */
	boolean areUnseen(long since) {
		return this.unseen.values().stream().anyMatch((row) -> row.generation() >= since);
	}

	/**
	 * Forget the sessions that can't be seen, before the lease is released. Their records
	 * stay for the next holder as long as a script may be resumed that these sessions may
	 * still be running.
	 */
	void end() {
		if (!this.unseen.isEmpty()) {
			this.rows.call("forget sessions of earlier holders", (session) -> {
				for (Row row : this.unseen.values()) {
					if (!this.records.mayResume(session, row.generation())) {
						this.rows.records().erase(session, RecordTable.SESSION, row.item());
					}
				}
				return true;
			});
		}
	}

	private void forget(Connection connection, DatabaseSession session, Row row, String server) throws SQLException {
		if (session.isOf(server)) {
			this.rows.records().erase(connection, RecordTable.SESSION, row.item());
		}
		else if (this.unseen.put(row.item(), row) == null && !session.server().isEmpty()) {
			logger
				.warn("Session {} of replica '{}' was on server '{}' of the database, and this replica is connected to "
						+ "'{}', where it can neither see nor end it: if it still runs a statement, that is not waited for",
						session.id(), AcquisitionToken.replicaOf(row.writer()), session.server(), server);
		}
	}

	private boolean isAnothers(String writer) {
		return !AcquisitionToken.replicaOf(writer).equals(AcquisitionToken.replicaOf(this.token.toString()));
	}

	/**
	 * Remove the records that may belong to a session.
	 * @return one that was removed, {@code null} if there was none
	 */
	private static @Nullable Row remove(Map<DatabaseSession, Row> recorded, DatabaseSession alive) {
		List<DatabaseSession> found = recorded.keySet().stream().filter(alive::mayBe).toList();
		return found.stream().map(recorded::remove).reduce((first, second) -> second).orElse(null);
	}

	private Map<DatabaseSession, Row> recorded(Connection connection, Predicate<String> whose) throws SQLException {
		Map<DatabaseSession, Row> recorded = new HashMap<>();
		for (Row row : this.rows.records().read(connection, List.of(RecordTable.SESSION))) {
			if (whose.test(row.writer())) {
				DatabaseSession session = DatabaseSession.read(row.item(), row.detail());
				if (session != null) {
					recorded.put(session, row);
				}
				else {
					this.unseen.put(row.item(), row);
				}
			}
		}
		return recorded;
	}

	/**
	 * End a session if it is not to be waited for.
	 * @return what was done
	 */
	private String end(Connection connection, SessionActivity alive) {
		if (alive.activity() != Activity.IDLE && !this.terminate) {
			return "waits for its end";
		}
		try {
			this.sessions.end(connection, alive.session());
			return "has ended it";
		}
		catch (SQLException ex) {
			return "is not allowed to end it: " + SqlFailures.answer(ex);
		}
	}

	private Unsettled toUnsettled(String name, SessionActivity alive, String user, String done) {
		String activity = switch (alive.activity()) {
			case IDLE -> "which runs no statement";
			case HIDDEN -> "of which the user '" + user + "' can't see what it does";
			case RUNNING -> "which has been running " + alive.command() + " for " + alive.since().toSeconds() + " s";
		};
		Instant since = this.time.instant().minus(alive.since());
		return new Unsettled(name, since, activity + "; this replica " + done + "; to end it by hand: "
				+ this.sessions.endStatement(alive.session().id()));
	}

}

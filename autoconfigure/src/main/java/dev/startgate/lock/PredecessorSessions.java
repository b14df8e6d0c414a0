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
 * The sessions of holders that did not release the lock. One that runs no statement is
 * ended: its process may be frozen, and must find nothing to go on with. One that runs a
 * statement is waited for, or ended if that is wanted.
 */
final class PredecessorSessions {

	private static final Logger logger = LoggerFactory.getLogger(PredecessorSessions.class);

	private final LeaseTable rows;

	private final Sessions sessions;

	private final AcquisitionToken token;

	private final boolean terminate;

	private final Time time;

	private final Runnable takenOver;

	private boolean anothers;

	private boolean told;

	private boolean unseen;

	PredecessorSessions(LeaseTable rows, Sessions sessions, AcquisitionToken token, boolean terminate, Time time,
			Runnable takenOver) {
		this.rows = rows;
		this.sessions = sessions;
		this.token = token;
		this.terminate = terminate;
		this.time = time;
		this.takenOver = takenOver;
	}

	/**
	 * End what may be ended, and forget what has ended.
	 * @param exclusive whether this holder's own sessions can be told apart
	 * @return what is still there
	 * @throws LeaseLostException if the lease is gone: the others are later holders then
	 */
	List<Unsettled> clear(boolean exclusive) {
		List<Unsettled> left = this.rows.call("look for sessions of earlier holders", (session) -> {
			if (!this.rows.isOurs(session, this.token)) {
				throw new LeaseLostException(this.rows.lockName(), "another replica was faster", false);
			}
			return clear(session, (writer) -> !writer.equals(this.token.toString()), exclusive);
		});
		if (left.isEmpty() && this.anothers && !this.told) {
			this.told = true;
			this.takenOver.run();
		}
		return left;
	}

	/**
	 * A holder whose lease has run out may have been frozen while it renewed it, and keep
	 * everybody from acquiring it: end what it has idle.
	 */
	void clear(String expired) {
		this.rows.call("look for sessions of a holder that is over",
				(session) -> clear(session, expired::equals, false));
	}

	private List<Unsettled> clear(Connection connection, Predicate<String> whose, boolean exclusive)
			throws SQLException {
		Map<DatabaseSession, Row> recorded = recorded(connection, whose);
		this.anothers |= recorded.values().stream().anyMatch((row) -> isAnothers(row.writer()));
		List<Unsettled> left = new ArrayList<>();
		if (recorded.isEmpty() && !exclusive) {
			return left;
		}
		DatabaseSession own = this.sessions.of(connection);
		LiveSessions live = this.sessions.alive(connection, recorded.keySet(), this.rows.sessionLockName());
		for (SessionActivity alive : live.all()) {
			Row row = find(recorded, alive.session().id());
			if (row != null) {
				recorded.values().remove(row);
			}
			if (alive.session().id() != own.id() && (row != null || exclusive)) {
				String whom = (row != null) ? " of replica '" + AcquisitionToken.replicaOf(row.writer())
						+ "' (generation " + row.generation() + ")" : ", which has the lock of an earlier holder";
				left.add(toUnsettled("session " + alive.session().id() + whom, alive, own.user(),
						end(connection, alive)));
			}
		}
		for (Map.Entry<DatabaseSession, Row> gone : recorded.entrySet()) {
			warnOfAnotherServer(gone.getKey(), gone.getValue(), live.server());
			this.rows.records().erase(connection, RecordTable.SESSION, gone.getValue().item());
		}
		return left;
	}

	/**
	 * Return whether some were on another server.
	 */
	boolean areUnseen() {
		return this.unseen;
	}

	private void warnOfAnotherServer(DatabaseSession session, Row row, String server) {
		boolean another = !session.isOf(server);
		this.unseen |= another;
		if (another && !session.server().isEmpty()) {
			logger
				.warn("Session {} of replica '{}' was on server '{}' of the database, and this replica is connected to "
						+ "'{}', where it can neither see nor end it: if it still runs a statement, that is not waited for",
						session.id(), AcquisitionToken.replicaOf(row.writer()), session.server(), server);
		}
	}

	private boolean isAnothers(String writer) {
		return !AcquisitionToken.replicaOf(writer).equals(AcquisitionToken.replicaOf(this.token.toString()));
	}

	private static @Nullable Row find(Map<DatabaseSession, Row> recorded, long id) {
		return recorded.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().id() == id)
			.findFirst()
			.map(Map.Entry::getValue)
			.orElse(null);
	}

	/**
	 * What nobody could see when it was recorded is forgotten.
	 */
	private Map<DatabaseSession, Row> recorded(Connection connection, Predicate<String> whose) throws SQLException {
		Map<DatabaseSession, Row> recorded = new HashMap<>();
		for (Row row : this.rows.records().read(connection, RecordTable.SESSION)) {
			if (whose.test(row.writer())) {
				DatabaseSession session = DatabaseSession.read(row.item(), row.detail());
				if (session != null) {
					recorded.put(session, row);
				}
				else {
					this.rows.records().erase(connection, RecordTable.SESSION, row.item());
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

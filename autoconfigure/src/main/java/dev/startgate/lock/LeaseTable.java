package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.Time;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one lock in the database. The lease is ShedLock's; the generation is
 * counted up beside it.
 */
final class LeaseTable {

	private final LockSettings settings;

	private final LockSession connection;

	private final LockDatabase database;

	private final LockTables tables;

	private final LockTableCreator creation;

	private final Time time;

	private int seenOn;

	LeaseTable(LockSettings settings, LockSession connection, LockDatabase database, LockTables tables,
			LockTableCreator creation, Time time) {
		this.settings = settings;
		this.connection = connection;
		this.database = database;
		this.tables = tables;
		this.creation = creation;
		this.time = time;
	}

	String lockName() {
		return this.tables.lockName();
	}

	/** Return the name of the lock that the session of a holder has. */
	String sessionLockName() {
		return "startgate " + this.tables.lock() + " " + lockName();
	}

	/** Return which of the successive connections is in use, 0 if none is. */
	int connectionNumber() {
		return this.connection.number();
	}

	LockObservation look() {
		return call("look at the lock", (session) -> LockObservation.read(session, this.tables, this.database,
				this.settings.lease(), this.time));
	}

	/**
	 * Return whether the connection of the lock has a session to itself. The check needs
	 * another connection for a moment.
	 */
	boolean isExclusive(SessionExclusivityCheck proof) {
		try {
			LockSession another = this.connection.another();
			try {
				Connection other = another.getConnection();
				return call("compare two sessions", (session) -> proof.holds(session, other));
			}
			finally {
				another.closeSoon();
			}
		}
		catch (SQLException ex) {
			throw SqlFailures.translate("connect once more to compare two sessions", ex);
		}
	}

	/**
	 * Return the generation that was counted last, 0 if a {@code clean} has dropped it.
	 */
	long generation() {
		return call("read the generation of the lock",
				(session) -> this.tables.areThere(session) ? records().generation(session) : 0L);
	}

	/** Return whether the tables are there. A yes is kept for the present connection. */
	boolean areThere() {
		if (this.seenOn == 0 || this.seenOn != connectionNumber()) {
			boolean there = call("look for the tables of the lock", this.tables::areThere);
			this.seenOn = there ? connectionNumber() : 0;
		}
		return this.seenOn != 0;
	}

	void ensureTables() {
		call("make sure of the tables of the lock", (session) -> {
			this.creation.ensure(session);
			return true;
		});
	}

	/**
	 * Replace a broken connection before Spring or ShedLock uses it: both log it as an
	 * error. ShedLock also takes an unreachable database for one that it does not know.
	 */
	void ensureConnected() {
		call("reach the database of the lock", (session) -> {
			if (!session.isValid((int) this.settings.renewal().toSeconds())) {
				this.connection.discard(session);
				this.connection.getConnection();
			}
			return true;
		});
	}

	synchronized Optional<SimpleLock> tryAcquire(AcquisitionToken token) {
		ensureConnected();
		return row().acquire(token, this.connection, this.settings.lease(), this.time.instant());
	}

	Holder renewed(Holder holder) {
		return new Holder(holder.replica(), holder.generation(), holder.since(), this.time.instant());
	}

	/**
	 * Note the progress, unless a later holder has begun. The row then belongs to that
	 * holder, and stays as it is.
	 */
	void note(AcquisitionToken token, Progress progress) {
		call("note the progress", (session) -> {
			return records().note(session, token.toString(), ProgressNote.write(progress, this.time.instant()));
		});
	}

	boolean isOurs(Connection session, AcquisitionToken token) throws SQLException {
		return row().isOurs(session, token);
	}

	LeaseRow row() {
		return new LeaseRow(this, this.tables, this.database);
	}

	/**
	 * Return the notes of this lock.
	 * @param writer who writes
	 * @param last whether no later holder has begun, asked in the transaction of a note
	 */
	NoteTable notes(Supplier<Holder> writer, Call<Boolean> last) {
		return new NoteTable(this, this.tables, records(), this.time, writer, last);
	}

	RecordTable records() {
		return new RecordTable(this.tables, this.database);
	}

	/**
	 * Make a call on the connection of the lock, one thread at a time. If the call fails
	 * with an SQL error, the connection is thrown away.
	 */
	synchronized <T> T call(String what, Call<T> call) {
		@Nullable Connection session = null;
		try {
			session = this.connection.getConnection();
			return call.on(session);
		}
		catch (SQLException ex) {
			this.connection.discard(session);
			explain(ex);
			throw SqlFailures.translate(what + " '" + lockName() + "'", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockFailedException(what, ex);
		}
	}

	/** Do something in a transaction on the connection of the lock. */
	<T> T inTransaction(String what, Call<T> call) {
		return call(what, (session) -> {
			session.setAutoCommit(false);
			T result;
			try {
				result = call.on(session);
				session.commit();
			}
			catch (SQLException | RuntimeException ex) {
				rollBack(session, ex);
				throw ex;
			}
			session.setAutoCommit(true);
			return result;
		});
	}

	private static void rollBack(Connection session, Exception failure) {
		try {
			session.rollback();
			session.setAutoCommit(true);
		}
		catch (SQLException broken) {
			failure.addSuppressed(broken);
		}
	}

	/**
	 * Let ShedLock use the connection of the lock alone. Its own transactions would also
	 * end a transaction of another thread on that connection. If the use fails, the
	 * connection is thrown away, unless it was replaced meanwhile.
	 */
	synchronized <T> T alone(Supplier<T> use) {
		int used = this.connection.number();
		try {
			return use.get();
		}
		catch (RuntimeException ex) {
			this.connection.discard(used);
			throw ex;
		}
	}

	/**
	 * Find out whether a check that passed when the lock was opened no longer holds.
	 */
	void explain(SQLException failure) {
		if (!this.settings.readOnly()) {
			this.tables.explain(failure, this.connection);
		}
	}

	/**
	 * Something done on the connection of the lock.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	interface Call<T> {

		T on(Connection session) throws SQLException, InterruptedException;

	}

}

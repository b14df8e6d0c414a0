package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.Lock;
import dev.startgate.gate.Time;

/**
 * One look at the rows of a lock. The database says who is alive and how old everything
 * is, so that no clock of a replica matters.
 */
final class LockView {

	private final LockTables tables;

	private final LockDatabase database;

	private final Duration lease;

	private final Time time;

	LockView(LockTables tables, LockDatabase database, Duration lease, Time time) {
		this.tables = tables;
		this.database = database;
		this.lease = lease;
		this.time = time;
	}

	Lock.View read(Connection connection) throws SQLException {
		String now = this.database.now();
		String sql = "select l.locked_by, l.locked_at, l.lock_until, " + now
				+ ", r.generation, r.detail, r.recorded_at, r.replica" + " from " + this.tables.lock() + " l left join "
				+ this.tables.record() + " r on r.lock_name = l.name and r.kind = '" + Records.FENCE
				+ "' and r.item = ''" + " where l.name = ? and l.lock_until > " + now;
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, this.tables.lockName());
			try (ResultSet result = statement.executeQuery()) {
				return result.next() ? toView(result) : new Lock.View(null, null);
			}
		}
	}

	private Lock.View toView(ResultSet row) throws SQLException {
		LocalDateTime now = row.getObject(4, LocalDateTime.class);
		String token = row.getString(1);
		boolean counted = token.equals(row.getString(8));
		long generation = counted ? row.getLong(5) : row.getLong(5) + 1; // about to be
																			// counted
		Holder holder = new Holder(Token.replicaOf(token), generation, ago(row, 2, now),
				ago(row, 3, now).minus(this.lease));
		return new Lock.View(holder, counted ? ProgressNote.read(row.getString(6), ago(row, 7, now)) : null);
	}

	private Instant ago(ResultSet row, int column, LocalDateTime now) throws SQLException {
		return this.time.instant().minus(Duration.between(row.getObject(column, LocalDateTime.class), now));
	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.coordination.Lock;
import dev.startgate.gate.Time;

/**
 * What one look at the rows of a lock has seen.
 *
 * @param view the holder, if there is one
 * @param token the token of the holder, empty if there is none
 * @param until until when it has the lease
 * @param sessions its sessions, as far as they are recorded
 * @param seen whether its sessions can be seen at all
 * @param generation the generation of the holder, without a holder the one counted last,
 * 0 if there are no such rows
 * @param counted whether the holder has counted that generation already
 */
record LockObservation(Lock.View view, String token, LocalDateTime until, List<DatabaseSession> sessions, boolean seen,
		long generation, boolean counted) {

	static final LockObservation NOTHING = nobody(0);

	static LockObservation nobody(long generation) {
		return new LockObservation(Lock.View.NOBODY, "", LocalDateTime.MIN, List.of(), false, generation, false);
	}

	/**
	 * Look once. The database says who is alive and how old everything is, so that no
	 * clock of a replica matters.
	 */
	static LockObservation read(Connection connection, LockTables tables, LockDatabase database, Duration lease,
			Time time) throws SQLException {
		String now = database.now();
		String record = " left join " + tables.record() + " ";
		String sql = "select l.locked_by, l.locked_at, l.lock_until, " + now
				+ ", f.generation, f.replica, p.detail, p.recorded_at, s.item, s.detail from " + tables.lock() + " l"
				+ record + "f on f.lock_name = l.name and f.kind = '" + RecordTable.FENCE + "' and f.item = ''" + record
				+ "p on p.lock_name = l.name and p.kind = '" + RecordTable.PROGRESS
				+ "' and p.item = '' and p.replica = l.locked_by" + record + "s on s.lock_name = l.name and s.kind = '"
				+ RecordTable.SESSION + "' and s.replica = l.locked_by where l.name = ?";
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, tables.lockName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? read(row, lease, time) : NOTHING;
			}
		}
	}

	/**
	 * Each row is about the same holder, and a different session of it.
	 */
	private static LockObservation read(ResultSet row, Duration lease, Time time) throws SQLException {
		LocalDateTime now = row.getObject(4, LocalDateTime.class);
		LocalDateTime until = row.getObject(3, LocalDateTime.class);
		if (!until.isAfter(now)) {
			return nobody(row.getLong(5));
		}
		String token = row.getString(1);
		boolean counted = token.equals(row.getString(6));
		// a holder that has not counted is about to count up
		long generation = row.getLong(5) + (counted ? 0 : 1);
		Holder holder = new Holder(AcquisitionToken.replicaOf(token), generation, ago(row, 2, now, time),
				ago(row, 3, now, time).minus(lease));
		Progress progress = (counted && row.getString(7) != null)
				? ProgressNote.read(row.getString(7), ago(row, 8, now, time)) : null;
		List<DatabaseSession> sessions = new ArrayList<>();
		boolean seen = true;
		do {
			String item = row.getString(9);
			DatabaseSession session = (item != null) ? DatabaseSession.read(item, row.getString(10)) : null;
			if (session != null) {
				sessions.add(session);
			}
			seen &= item == null || session != null;
		}
		while (row.next());
		return new LockObservation(new Lock.View(holder, progress, false), token, until, sessions, seen, generation,
				counted);
	}

	private static Instant ago(ResultSet row, int column, LocalDateTime now, Time time) throws SQLException {
		return time.instant().minus(Duration.between(row.getObject(column, LocalDateTime.class), now));
	}

}

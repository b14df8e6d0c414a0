package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The rows of the record table that belong to one lock. A row is known by its kind and
 * the item that it is about.
 */
final class Records {

	/** The generation of the lock; one row, whose item is empty. */
	static final String FENCE = "fence";

	/** The version of a metadata source that was applied last; a row for each source. */
	static final String METADATA = "metadata";

	private static final String KEY = " where lock_name = ? and kind = ? and item = ?";

	private final LockTables tables;

	private final LockDatabase database;

	Records(LockTables tables, LockDatabase database) {
		this.tables = tables;
		this.database = database;
	}

	/**
	 * Write a row, whether it is there or not. The lease excludes two writers.
	 */
	void put(Connection connection, String kind, String item, long generation, String replica, @Nullable String detail)
			throws SQLException {
		String update = "update " + this.tables.record()
				+ " set generation = ?, replica = ?, detail = ?, recorded_at = " + this.database.now() + KEY;
		String insert = "insert into " + this.tables.record()
				+ " (generation, replica, detail, lock_name, kind, item, recorded_at) values (?, ?, ?, ?, ?, ?, "
				+ this.database.now() + ")";
		if (write(connection, update, generation, replica, detail, kind, item) == 0) {
			write(connection, insert, generation, replica, detail, kind, item);
		}
	}

	/**
	 * Write into a row of a replica, if it is still this replica's.
	 * @return whether it is
	 */
	boolean note(Connection connection, String kind, String replica, String detail) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("update " + this.tables.record()
				+ " set detail = ?, recorded_at = " + this.database.now() + KEY + " and replica = ?")) {
			statement.setString(1, detail);
			statement.setString(2, this.tables.lockName());
			statement.setString(3, kind);
			statement.setString(4, "");
			statement.setString(5, replica);
			return statement.executeUpdate() == 1;
		}
	}

	private int write(Connection connection, String sql, long generation, String replica, @Nullable String detail,
			String kind, String item) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setLong(1, generation);
			statement.setString(2, replica);
			statement.setString(3, detail);
			statement.setString(4, this.tables.lockName());
			statement.setString(5, kind);
			statement.setString(6, item);
			return statement.executeUpdate();
		}
	}

	long generation(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("select generation from " + this.tables.record() + KEY)) {
			statement.setString(1, this.tables.lockName());
			statement.setString(2, FENCE);
			statement.setString(3, "");
			try (ResultSet result = statement.executeQuery()) {
				return result.next() ? result.getLong(1) : 0;
			}
		}
	}

	Map<String, String> details(Connection connection, String kind) throws SQLException {
		Map<String, String> details = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(
				"select item, detail from " + this.tables.record() + " where lock_name = ? and kind = ?")) {
			statement.setString(1, this.tables.lockName());
			statement.setString(2, kind);
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					details.put(result.getString(1), result.getString(2));
				}
			}
		}
		return details;
	}

}

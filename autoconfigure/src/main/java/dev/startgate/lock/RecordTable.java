package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The rows of the record table that belong to one lock. Each row is identified by its
 * kind and the item that it is about.
 */
final class RecordTable {

	/**
	 * The generation of the lock; one row, whose item is empty. A holder that works in a
	 * transaction may lock this row against the next holder. So nothing else is written
	 * into it.
	 */
	static final String FENCE = "fence";

	/** How far the holder is; one row, whose item is empty. */
	static final String PROGRESS = "progress";

	/** A session of a holder; a row for each session. */
	static final String SESSION = "session";

	/** The version of a metadata source that was applied last; a row for each source. */
	static final String METADATA = "metadata";

	private static final String KEY = " where lock_name = ? and kind = ? and item = ?";

	private final LockTables tables;

	private final LockDatabase database;

	RecordTable(LockTables tables, LockDatabase database) {
		this.tables = tables;
		this.database = database;
	}

	/** Write a row, new or existing. The lease excludes a second writer. */
	void put(Connection connection, String kind, String item, long generation, String replica, @Nullable String detail)
			throws SQLException {
		put(connection, generation, replica, List.of(new Content(kind, item, detail)));
	}

	/**
	 * Write several rows, and commit the transaction. If possible, a single existing row
	 * is written in the round trip of the commit.
	 */
	void commit(Connection connection, long generation, String replica, List<Content> contents) throws SQLException {
		String together = (contents.size() == 1) ? this.database.andCommit(update()) : null;
		if (together == null || write(connection, together, generation, replica, contents)[0] == 0) {
			put(connection, generation, replica, contents);
		}
		if (!connection.getAutoCommit()) {
			connection.commit();
			return;
		}
		try (Statement statement = connection.createStatement()) {
			// SQL may have begun the transaction, which not every driver notices
			statement.execute("commit");
		}
	}

	/** Write several rows, in their order, whether they are there or not. */
	void put(Connection connection, long generation, String replica, List<Content> contents) throws SQLException {
		String update = update();
		String insert = "insert into " + this.tables.record()
				+ " (generation, replica, detail, lock_name, kind, item, recorded_at) values (?, ?, ?, ?, ?, ?, "
				+ this.database.now() + ")";
		int[] updated = write(connection, update, generation, replica, contents);
		for (int i = 0; i < updated.length; i++) {
			List<Content> one = List.of(contents.get(i));
			if (updated[i] == 0 || (updated[i] < 0 && write(connection, update, generation, replica, one)[0] == 0)) {
				write(connection, insert, generation, replica, one);
			}
		}
	}

	/**
	 * Write into the row of the progress, if its last writer is still the given replica.
	 * @return whether it is
	 */
	boolean note(Connection connection, String replica, @Nullable String detail) throws SQLException {
		return change(connection, "update " + this.tables.record() + " set detail = ?, recorded_at = "
				+ this.database.now() + KEY + " and replica = ?", detail, this.tables.lockName(), PROGRESS, "",
				replica) == 1;
	}

	private static int change(Connection connection, String sql, @Nullable String... values) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				statement.setString(i + 1, values[i]);
			}
			return statement.executeUpdate();
		}
	}

	private String update() {
		return "update " + this.tables.record() + " set generation = ?, replica = ?, detail = ?, recorded_at = "
				+ this.database.now() + KEY;
	}

	/**
	 * Return how many rows each content has met. In a batch the driver may not know the
	 * number, which is negative then.
	 */
	private int[] write(Connection connection, String sql, long generation, String replica, List<Content> contents)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (Content content : contents) {
				statement.setLong(1, generation);
				statement.setString(2, replica);
				statement.setString(3, content.detail());
				statement.setString(4, this.tables.lockName());
				statement.setString(5, content.kind());
				statement.setString(6, content.item());
				if (contents.size() == 1) {
					return new int[] { statement.executeUpdate() };
				}
				statement.addBatch();
			}
			return statement.executeBatch();
		}
	}

	private PreparedStatement prepare(Connection connection, String sql, String kind, String item) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		statement.setString(1, this.tables.lockName());
		statement.setString(2, kind);
		statement.setString(3, item);
		return statement;
	}

	long generation(Connection connection) throws SQLException {
		return generation(connection, "");
	}

	/**
	 * Read the generation.
	 * @param locking the end of the query, which may lock the row
	 */
	long generation(Connection connection, String locking) throws SQLException {
		try (PreparedStatement statement = prepare(connection,
				"select generation from " + this.tables.record() + KEY + locking, FENCE, "");
				ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

	/**
	 * Read the generation, unless it is the generation of a given holder.
	 * @param token the token of the holder
	 * @param own the generation of the holder
	 * @param locking the end of the query, which may lock the row
	 * @return the generation, 0 if there is none, empty if it is the holder's
	 */
	Optional<Long> generationOfAnother(Connection connection, AcquisitionToken token, long own, String locking)
			throws SQLException {
		try (PreparedStatement statement = prepare(connection,
				"select generation, replica from " + this.tables.record() + KEY + locking, FENCE, "");
				ResultSet result = statement.executeQuery()) {
			if (!result.next()) {
				return Optional.of(0L);
			}
			boolean isOwn = result.getLong(1) == own && token.toString().equals(result.getString(2));
			return isOwn ? Optional.empty() : Optional.of(result.getLong(1));
		}
	}

	Map<String, String> details(Connection connection, String kind) throws SQLException {
		Map<String, String> details = new HashMap<>();
		read(connection, List.of(kind)).forEach((row) -> details.put(row.item(), row.detail()));
		return details;
	}

	List<Row> read(Connection connection, List<String> kinds) throws SQLException {
		List<Row> rows = new ArrayList<>();
		String sql = "select kind, item, replica, generation, detail, recorded_at, " + this.database.now() + " from "
				+ this.tables.record() + " where lock_name = ? and kind in ("
				+ String.join(", ", Collections.nCopies(kinds.size(), "?")) + ") order by recorded_at, item";
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, this.tables.lockName());
			for (int i = 0; i < kinds.size(); i++) {
				statement.setString(i + 2, kinds.get(i));
			}
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					rows.add(new Row(row.getString(1), row.getString(2), row.getString(3), row.getLong(4),
							row.getString(5), Duration.between(row.getObject(6, LocalDateTime.class),
									row.getObject(7, LocalDateTime.class))));
				}
			}
		}
		return rows;
	}

	void erase(Connection connection, String kind, String item) throws SQLException {
		change(connection, "delete from " + this.tables.record() + KEY, this.tables.lockName(), kind, item);
	}

	/** Give a row another item, in place of an earlier row. */
	void rename(Connection connection, String kind, String item, String to) throws SQLException {
		erase(connection, kind, to);
		change(connection, "update " + this.tables.record() + " set item = ?" + KEY, to, this.tables.lockName(), kind,
				item);
	}

	/** Erase the sessions that a token has written. */
	void eraseSessions(Connection connection, AcquisitionToken token) throws SQLException {
		change(connection, "delete from " + this.tables.record() + " where lock_name = ? and kind = ? and replica = ?",
				this.tables.lockName(), SESSION, token.toString());
	}

	/**
	 * What is written into a row.
	 *
	 * @param kind the kind of the row
	 * @param item what it is about
	 * @param detail what is to be known
	 */
	record Content(String kind, String item, @Nullable String detail) {
	}

	/**
	 * A row.
	 *
	 * @param kind its kind
	 * @param item what it is about
	 * @param writer who wrote it
	 * @param generation the generation of the writer
	 * @param detail what is to be known
	 * @param age how old it is
	 */
	record Row(String kind, String item, String writer, long generation, @Nullable String detail, Duration age) {
	}

}

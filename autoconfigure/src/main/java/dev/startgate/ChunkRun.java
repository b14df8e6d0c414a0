package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * One run of a migration in chunks.
 */
final class ChunkRun {

	private final Connection connection;

	private final MigrationSteps steps;

	private final Duration pause;

	private final long began = System.nanoTime();

	private long rows;

	ChunkRun(Connection connection, MigrationSteps steps, Duration pause) {
		this.connection = connection;
		this.steps = steps;
		this.pause = pause;
	}

	/**
	 * Run a statement until it changes no row.
	 * @param sql the statement
	 * @param remaining asks how many rows there are, {@code null} if nobody knows
	 */
	void untilNothingIsLeft(String sql, @Nullable String remaining) throws SQLException, InterruptedException {
		long left = (remaining != null) ? ask(remaining)[0] : 0;
		try (PreparedStatement chunk = this.connection.prepareStatement(sql)) {
			int changed = step(chunk, null);
			while (changed > 0) {
				this.rows += changed;
				shown(changed, (remaining != null) ? this.rows / (double) Math.max(left, this.rows) : Double.NaN);
				changed = step(chunk, null);
			}
		}
	}

	/**
	 * Run a statement for one range of keys after the other.
	 * @param sql the statement, with two parameters
	 * @param keys asks for the first and the last key
	 * @param size how many keys a range has
	 */
	void overKeys(String sql, String keys, int size) throws SQLException, InterruptedException {
		long[] all = ask(keys);
		String position = this.steps.position();
		long first = (position != null) ? Long.parseLong(position) : all[0];
		long from = first;
		try (PreparedStatement chunk = this.connection.prepareStatement(sql)) {
			while (from <= all[1]) {
				long to = Math.min(all[1] - from, size - 1L) + from + 1;
				chunk.setLong(1, from);
				chunk.setLong(2, to);
				int changed = step(chunk, Long.toString(to));
				this.rows += changed;
				shown(changed, (to - first) / (double) (all[1] - first + 1));
				from = to;
				if (from > all[1]) {
					all = ask(keys);
				}
			}
		}
	}

	/**
	 * Ask for numbers. Of an empty table there is nothing to do.
	 */
	private long[] ask(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			result.next();
			long first = result.getLong(1);
			boolean empty = result.wasNull();
			long last = (result.getMetaData().getColumnCount() > 1) ? result.getLong(2) : first;
			return empty ? new long[] { 0, -1 } : new long[] { first, last };
		}
		finally {
			this.connection.rollback();
		}
	}

	private int step(PreparedStatement chunk, @Nullable String position) throws SQLException, InterruptedException {
		for (long attempt = 1;; attempt++) {
			boolean inCommit = false;
			try {
				this.steps.begin();
				int changed = chunk.executeUpdate();
				if (position != null) {
					this.steps.record(position);
				}
				inCommit = true;
				this.connection.commit();
				return changed;
			}
			catch (SQLException ex) {
				rollback(ex);
				if (!this.steps.retry(ex, inCommit, attempt)) {
					throw ex;
				}
			}
		}
	}

	private void rollback(SQLException failure) throws SQLException {
		try {
			this.connection.rollback();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	private void shown(int changed, double part) throws InterruptedException {
		double seconds = Math.max(1e-3, (System.nanoTime() - this.began) / 1e9);
		String text = String.format(Locale.ROOT, "%d rows, %.0f a second", this.rows, this.rows / seconds);
		if (part > 0) {
			text += String.format(Locale.ROOT, ", %.0f %%, %.0f s left", part * 100, seconds * (1 - part) / part);
		}
		this.steps.show(changed, text);
		TimeUnit.NANOSECONDS.sleep(this.pause.toNanos());
	}

}

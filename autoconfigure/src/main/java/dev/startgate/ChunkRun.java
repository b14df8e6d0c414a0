package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;

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
	 * @param sql the statement, with {@code :chunk}
	 * @param remaining asks how many rows are left, {@code null} if that is unknown
	 * @param size how many rows a chunk has
	 */
	void untilNothingIsLeft(String sql, @Nullable String remaining, int size)
			throws SQLException, InterruptedException {
		ChunkStatement chunk = ChunkStatement.of(sql, Map.of("chunk", (long) size));
		long left = (remaining != null) ? ask(remaining)[0] : 0;
		int changed = step(chunk, null);
		while (changed > 0) {
			this.rows += changed;
			shown(changed, (remaining != null) ? this.rows / (double) Math.max(left, this.rows) : Double.NaN);
			changed = step(chunk, null);
		}
	}

	/**
	 * Run a statement for one range of keys after the other, and at last for the keys
	 * that were added meanwhile. If positions are not recorded, all ranges are one
	 * transaction.
	 * @param sql the statement, with {@code :from} and {@code :to}
	 * @param keys asks for the first and the last key
	 * @param size how many keys a range has
	 */
	void overKeys(String sql, String keys, int size) throws SQLException, InterruptedException {
		long[] all = ask(keys);
		String position = this.steps.position();
		long first = (position != null) ? Long.parseLong(position) : all[0];
		long from = first;
		boolean last = false;
		while (from <= all[1]) {
			long end = Math.addExact(all[1], 1);
			long to = (Math.subtractExact(end, from) > size) ? from + size : end;
			int changed = step(ChunkStatement.of(sql, Map.of("from", from, "to", to)), Long.toString(to));
			this.rows += changed;
			shown(changed, (to - first) / (double) (end - first));
			from = to;
			if (from == end && !last) {
				all = ask(keys);
				// others may add rows without end
				last = all[1] - from < size;
			}
		}
		this.connection.commit();
	}

	/**
	 * Ask for numbers. For an empty table the answer is a range without keys.
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
			if (this.steps.areRecorded()) {
				this.connection.rollback();
			}
		}
	}

	private int step(ChunkStatement chunk, @Nullable String position) throws SQLException, InterruptedException {
		for (long attempt = 1;; attempt++) {
			boolean inCommit = false;
			try {
				this.steps.begin();
				int changed = chunk.execute(this.connection);
				if (position != null) {
					this.steps.record(position);
				}
				if (position == null || this.steps.areRecorded()) {
					inCommit = true;
					this.connection.commit();
				}
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

	/**
	 * The statement of one chunk. Spring finds the parameters, so that quoted text,
	 * comments and casts are not taken for parameters.
	 *
	 * @param sql the statement, with question marks
	 * @param values their values
	 */
	private record ChunkStatement(String sql, List<Object> values) {

		/**
		 * Put values into a statement.
		 * @param sql the statement, with named parameters
		 * @param values the values, each of which must have a place in it
		 */
		static ChunkStatement of(String sql, Map<String, Long> values) {
			ParsedSql parsed = NamedParameterUtils.parseSqlStatement(sql);
			MapSqlParameterSource source = new MapSqlParameterSource(values);
			values.keySet().forEach((name) -> {
				if (!names(parsed, values).contains(name)) {
					throw new IllegalStateException("The statement of the chunks has no :" + name + ": " + sql);
				}
			});
			return new ChunkStatement(NamedParameterUtils.substituteNamedParameters(parsed, source),
					Arrays.asList(NamedParameterUtils.buildValueArray(parsed, source, null)));
		}

		/**
		 * Fill in names instead of values, because Spring does not expose the names.
		 */
		private static List<Object> names(ParsedSql parsed, Map<String, Long> values) {
			MapSqlParameterSource names = new MapSqlParameterSource();
			values.keySet().forEach((name) -> names.addValue(name, name));
			return Arrays.asList(NamedParameterUtils.buildValueArray(parsed, names, null));
		}

		int execute(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement(this.sql)) {
				for (int i = 0; i < this.values.size(); i++) {
					statement.setObject(i + 1, this.values.get(i));
				}
				return statement.executeUpdate();
			}
		}

	}

	/**
	 * The steps of a migration that Flyway runs by itself.
	 */
	static final class UnwatchedSteps implements MigrationSteps {

		static final MigrationSteps INSTANCE = new UnwatchedSteps();

		private UnwatchedSteps() {
		}

		@Override
		public void begin() {
		}

		@Override
		public boolean areRecorded() {
			return false;
		}

		@Override
		public @Nullable String position() {
			return null;
		}

		@Override
		public void record(String position) {
		}

		@Override
		public void show(long rows, String text) {
		}

		@Override
		public boolean retry(SQLException failure, boolean inCommit, long attempt) {
			return false;
		}

	}

}

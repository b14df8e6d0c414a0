package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * A Java migration that changes many rows in chunks, each of them committed on its own:
 * no lock is held for long, and what an interrupted run has done is not done again. Ends
 * when a chunk changes no row, so that the statement must leave out what it has changed
 * already:
 *
 * <pre>
 * update parcel set zone = zone_of(address)
 * where id in (select id from parcel where zone is null limit :chunk)
 * </pre>
 */
public abstract class ChunkedMigration extends BaseJavaMigration {

	private static final String CHUNK = ":chunk";

	private static final int DEFAULT_CHUNK_SIZE = 1000;

	/**
	 * Return the statement that changes one chunk.
	 * @return a statement with {@code :chunk} where the number of rows is to stand
	 */
	protected abstract String statement();

	/**
	 * Return how many rows one chunk has.
	 * @return the number of rows, 1000 by default
	 */
	protected int chunkSize() {
		return DEFAULT_CHUNK_SIZE;
	}

	/**
	 * Return how long to pause between two chunks, to leave room for others.
	 * @return the pause, none by default
	 */
	protected Duration pause() {
		return Duration.ZERO;
	}

	@Override
	public final boolean canExecuteInTransaction() {
		return false;
	}

	@Override
	public final void migrate(Context context) throws SQLException, InterruptedException {
		String statement = statement();
		if (!statement.contains(CHUNK)) {
			throw new IllegalStateException("The statement of " + getClass().getName() + " has no " + CHUNK);
		}
		Connection connection = context.getConnection();
		try (PreparedStatement chunk = connection
			.prepareStatement(statement.replace(CHUNK, Integer.toString(chunkSize())))) {
			while (chunk.executeUpdate() > 0) {
				TimeUnit.NANOSECONDS.sleep(pause().toNanos());
			}
		}
	}

}

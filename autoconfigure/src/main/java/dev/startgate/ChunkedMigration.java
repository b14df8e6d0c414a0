package dev.startgate;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.jspecify.annotations.Nullable;

/**
 * A Java migration that changes many rows in chunks, each of them committed on its own:
 * no lock is held for long, and what an interrupted run has done is not done again.
 * <p>
 * Either the statement has a limit, leaves out what it has changed already, and is run
 * until it changes no row:
 *
 * <pre>
 * update parcel set zone = zone_of(address)
 * where id in (select id from parcel where zone is null limit :chunk)
 * </pre>
 *
 * or it is run for one range of {@link #keys()} after the other, and the end of each
 * range is recorded in the same transaction:
 *
 * <pre>
 * update parcel set price = price * 100 where id &gt;= :from and id &lt; :to
 * </pre>
 *
 * Keys should be dense: each range of them costs a statement, whether there are rows in
 * it or not. If Flyway runs such a migration without Startgate, no range is recorded, and
 * all ranges are one transaction.
 * <p>
 * A chunk that fails with a transient failure, such as a deadlock, is run again. Between
 * chunks the lease is checked. The progress of the migration is shown wherever a start is
 * shown.
 */
public abstract class ChunkedMigration extends BaseJavaMigration {

	private static final int DEFAULT_CHUNK_SIZE = 1000;

	/**
	 * Return the statement that changes one chunk.
	 * @return a statement with {@code :chunk}, the number of rows, or with {@code :from}
	 * (inclusive) and {@code :to} (exclusive), the keys
	 */
	protected abstract String statement();

	/**
	 * Return how many rows, or keys, one chunk has.
	 * @return the number, 1000 by default
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

	/**
	 * Return a query for the smallest and the greatest key, which are integers. Needed
	 * with {@code :from} and {@code :to}. It is asked again at the end, for rows that
	 * were added meanwhile.
	 * @return for instance {@code select min(id), max(id) from parcel}
	 */
	protected @Nullable String keys() {
		return null;
	}

	/**
	 * Return a query for the number of rows that are left to do with {@code :chunk}. It
	 * is run once, and serves to estimate the remaining time.
	 * @return for instance {@code select count(*) from parcel where zone is null}
	 */
	protected @Nullable String remaining() {
		return null;
	}

	@Override
	public final boolean canExecuteInTransaction() {
		return false;
	}

	@Override
	public final void migrate(Context context) throws SQLException, InterruptedException {
		Connection connection = context.getConnection();
		boolean autoCommit = connection.getAutoCommit();
		connection.setAutoCommit(false);
		try {
			ChunkRun run = new ChunkRun(connection, MigrationSteps.of(context), pause());
			String keys = keys();
			if (keys != null) {
				run.overKeys(statement(), keys, chunkSize());
			}
			else {
				run.untilNothingIsLeft(statement(), remaining(), chunkSize());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw ex;
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(autoCommit);
		}
	}

}

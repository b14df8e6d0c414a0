package dev.startgate;

import java.sql.Connection;
import java.sql.SQLException;

import org.flywaydb.core.api.migration.Context;
import org.jspecify.annotations.Nullable;

/**
 * Lets Startgate stop, watch and resume a {@link ChunkedMigration}. Without Startgate its
 * methods do nothing. Not safe for use by several threads.
 */
public interface MigrationSteps {

	/**
	 * Begin a step, in a transaction of the migration's connection: make sure that no
	 * other replica has taken over, and prevent a takeover until the transaction ends.
	 * @throws RuntimeException if this replica may not go on
	 * @throws SQLException if the database can't be asked
	 */
	void begin() throws SQLException;

	/**
	 * Return whether positions are recorded.
	 * @return {@code false} if they are not, so that a later run starts over
	 */
	boolean areRecorded();

	/**
	 * Return the position of the last step that any replica has committed.
	 * @return the position, {@code null} if there is none
	 */
	@Nullable String position();

	/**
	 * Record a position in the transaction of the step.
	 * @param position where to resume, of at most 1000 characters
	 * @throws SQLException if it can't be recorded
	 */
	void record(String position) throws SQLException;

	/**
	 * Say how far the migration is, after a step was committed.
	 * @param rows how many rows this step has changed
	 * @param text how far the migration is, for people
	 */
	void show(long rows, String text);

	/**
	 * Decide what to do about a step that has failed and was rolled back. Returns after
	 * the pause before the next attempt, as configured by {@code startgate.retry}.
	 * @param failure what has failed
	 * @param inCommit whether the commit has failed, which may have taken effect
	 * @param attempt how often this step has been tried
	 * @return whether to try it again
	 * @throws InterruptedException if the application ends meanwhile
	 */
	boolean retry(SQLException failure, boolean inCommit, long attempt) throws InterruptedException;

	/**
	 * Return the steps of a running migration.
	 * @param context what Flyway gives to the migration
	 * @return its steps
	 * @throws SQLException if the connection fails
	 */
	static MigrationSteps of(Context context) throws SQLException {
		Connection connection = context.getConnection();
		return connection.isWrapperFor(MigrationSteps.class) ? connection.unwrap(MigrationSteps.class)
				: ChunkRun.UnwatchedSteps.INSTANCE;
	}

}

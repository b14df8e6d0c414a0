package dev.startgate;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * The steps of a migration that Flyway runs by itself.
 */
final class UnwatchedSteps implements MigrationSteps {

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

package dev.startgate.flyway;

/**
 * A migration has failed on the replica that this one waited for, and was not run again.
 */
public class MigrationFailedElsewhereException extends RuntimeException {

	private final boolean recorded;

	private final String eraseStatement;

	MigrationFailedElsewhereException(NotedMigration failed) {
		super("%s failed on replica '%s' at %s, which this one waited for: %s".formatted(failed.describe(),
				failed.note().replica(), failed.at(), failed.detail().error()));
		this.recorded = failed.detail().recorded();
		this.eraseStatement = failed.note().eraseStatement();
	}

	/**
	 * Return whether Flyway has recorded the failure, so that it is to be repaired.
	 * @return whether there is a row with {@code success=false}
	 */
	public boolean isRecorded() {
		return this.recorded;
	}

	/**
	 * Return the statement that lets a running replica try again.
	 * @return a statement
	 */
	public String getEraseStatement() {
		return this.eraseStatement;
	}

}

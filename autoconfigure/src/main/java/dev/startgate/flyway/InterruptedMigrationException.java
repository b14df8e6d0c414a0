package dev.startgate.flyway;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A migration that can't be rolled back as a whole was interrupted, or has failed without
 * being recorded as failed, so that a part of it may be applied.
 */
public class InterruptedMigrationException extends RuntimeException {

	private final List<String> dropStatements;

	private final List<String> eraseStatements;

	private final boolean failedHere;

	/**
	 * Create an exception.
	 * @param interrupted the migrations
	 * @param dropStatements what removes the invalid indexes that are there
	 * @param generation the generation of this replica
	 * @param failedHere whether this replica has just run the last of them
	 */
	InterruptedMigrationException(List<NotedMigration> interrupted, List<String> dropStatements, long generation,
			boolean failedHere) {
		super(interrupted.stream().map((one) -> one.outcome(generation)).collect(Collectors.joining("; ")));
		this.failedHere = failedHere;
		this.dropStatements = List.copyOf(dropStatements);
		this.eraseStatements = interrupted.stream().map((one) -> one.note().eraseStatement()).toList();
	}

	/**
	 * Return what removes the invalid indexes that are there.
	 * @return a statement for each index
	 */
	public List<String> getDropStatements() {
		return this.dropStatements;
	}

	/**
	 * Return whether this replica has just run it, rather than found it when it began.
	 * @return whether it has failed here
	 */
	public boolean hasFailedHere() {
		return this.failedHere;
	}

	/**
	 * Return what lets the migrations run again.
	 * @return a statement for each migration
	 */
	public List<String> getEraseStatements() {
		return this.eraseStatements;
	}

}

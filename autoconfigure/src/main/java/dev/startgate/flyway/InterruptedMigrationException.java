package dev.startgate.flyway;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A migration that can't be rolled back as a whole was interrupted. Nothing was run.
 */
public class InterruptedMigrationException extends RuntimeException {

	private final List<String> dropStatements;

	private final List<String> eraseStatements;

	InterruptedMigrationException(List<NotedMigration> interrupted, List<String> dropStatements) {
		super(interrupted.stream()
			.map((one) -> "%s was interrupted: replica '%s' began it at %s".formatted(one.detail().describe(),
					one.note().replica(), one.at()))
			.collect(Collectors.joining("; ")));
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
	 * Return what lets the migrations run again.
	 * @return a statement for each migration
	 */
	public List<String> getEraseStatements() {
		return this.eraseStatements;
	}

}

package dev.startgate.flyway;

import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.flyway.resume.ResumeRefusedException;

import org.springframework.util.ClassUtils;

/**
 * A migration that can't be rolled back as a whole was interrupted, or has failed without
 * being recorded as failed, so that a part of it may be applied.
 */
public class InterruptedMigrationException extends RuntimeException {

	private final List<String> dropStatements;

	private final List<String> eraseStatements;

	private final List<String> positions;

	private final List<String> javaMigrations;

	private final boolean failedHere;

	/**
	 * Create an exception.
	 * @param interrupted the migrations
	 * @param dropStatements the statements that drop the invalid indexes
	 * @param positions how far the migrations are, as far as that is known
	 * @param generation the generation of this replica
	 * @param failedHere whether this replica has just run the last of them
	 */
	InterruptedMigrationException(List<NotedMigration> interrupted, List<String> dropStatements, List<String> positions,
			long generation, boolean failedHere) {
		super(interrupted.stream().map((one) -> one.outcome(generation)).collect(Collectors.joining("; ")));
		this.failedHere = failedHere;
		this.positions = List.copyOf(positions);
		this.javaMigrations = interrupted.stream()
			.map((one) -> one.detail().script())
			.filter((script) -> ClassUtils.isPresent(script, null))
			.toList();
		this.dropStatements = List.copyOf(dropStatements);
		this.eraseStatements = interrupted.stream().map((one) -> one.note().eraseStatement()).toList();
	}

	/**
	 * Return the statements that drop the invalid indexes.
	 * @return a statement for each index
	 */
	public List<String> getDropStatements() {
		return this.dropStatements;
	}

	/**
	 * Return whether this replica has just run the last of the migrations, rather than
	 * found it interrupted.
	 * @return whether it has failed here
	 */
	public boolean hasFailedHere() {
		return this.failedHere;
	}

	/**
	 * Return how far the migrations are, as far as that is known, and why they can't go
	 * on.
	 * @return lines for people
	 */
	public List<String> getPositions() {
		return this.positions;
	}

	/**
	 * Return whether the migrations can go on by themselves, as far as that is known.
	 * @return whether a position is known and no line refuses to go on
	 */
	public boolean isResumable() {
		return !this.positions.isEmpty()
				&& this.positions.stream().noneMatch((line) -> line.startsWith(ResumeRefusedException.REPORT));
	}

	/**
	 * Return which of the migrations are classes.
	 * @return the names of the classes
	 */
	public List<String> getJavaMigrations() {
		return this.javaMigrations;
	}

	/**
	 * Return the statements that let the migrations run again.
	 * @return a statement for each migration
	 */
	public List<String> getEraseStatements() {
		return this.eraseStatements;
	}

}

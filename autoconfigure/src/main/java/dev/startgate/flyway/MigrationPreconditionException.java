package dev.startgate.flyway;

import java.util.List;

/**
 * The precondition of one migration is violated. Nothing of that migration was applied.
 */
public class MigrationPreconditionException extends ViolationException {

	private final List<String> first;

	MigrationPreconditionException(String migration, PreconditionFile file, Violations violations, Question question) {
		super("%s was not started, because its precondition %s has %s".formatted(migration, file.describe(),
				violations.inWords()), question);
		this.first = List.copyOf(violations.first());
	}

	/**
	 * Return the first violations.
	 * @return at most ten rows, each a line for people
	 */
	public List<String> getFirst() {
		return this.first;
	}

}

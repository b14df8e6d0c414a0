package dev.startgate.flyway;

import java.util.List;

/**
 * The precondition of one migration is violated. Nothing of that migration was applied.
 */
public class MigrationPreconditionException extends RuntimeException {

	private final List<String> first;

	MigrationPreconditionException(String migration, PreconditionFile file, long count, List<String> first) {
		super("%s was not started, because its precondition '%s' (%s) has %d %s".formatted(migration, file.name(),
				file.file(), count, (count == 1) ? "violation" : "violations"));
		this.first = List.copyOf(first);
	}

	/**
	 * Return the first violations.
	 * @return at most ten rows, for people
	 */
	public List<String> getFirst() {
		return this.first;
	}

}

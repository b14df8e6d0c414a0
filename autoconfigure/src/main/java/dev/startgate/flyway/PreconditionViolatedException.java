package dev.startgate.flyway;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Preconditions of the pending migrations are violated. Nothing was migrated.
 */
public class PreconditionViolatedException extends ViolationException {

	private final String owner;

	private final Map<String, List<String>> violations;

	PreconditionViolatedException(String owner, Map<String, List<String>> violations, Question question) {
		super("Preconditions are violated" + (owner.isBlank() ? "" : " for " + owner.strip()) + ": "
				+ String.join(", ", violations.keySet()), question);
		this.owner = owner.strip();
		this.violations = Collections.unmodifiableMap(violations);
	}

	/**
	 * Return for which Flyway they were asked.
	 * @return its name, for people, empty if there is only one
	 */
	public String getOwner() {
		return this.owner;
	}

	/**
	 * Return the violations.
	 * @return what is wrong, for each name of a precondition
	 */
	public Map<String, List<String>> getViolations() {
		return this.violations;
	}

}

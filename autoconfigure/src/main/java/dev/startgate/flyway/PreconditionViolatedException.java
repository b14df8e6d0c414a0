package dev.startgate.flyway;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Preconditions of the pending migrations are violated. Nothing was migrated.
 */
public class PreconditionViolatedException extends ViolationException {

	private final Map<String, List<String>> violations;

	PreconditionViolatedException(Map<String, List<String>> violations, Question question) {
		super("Preconditions are violated: " + String.join(", ", violations.keySet()), question);
		this.violations = Collections.unmodifiableMap(violations);
	}

	/**
	 * Return the violations.
	 * @return what is wrong, for each name of a precondition
	 */
	public Map<String, List<String>> getViolations() {
		return this.violations;
	}

}

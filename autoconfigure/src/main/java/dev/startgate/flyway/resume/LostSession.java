package dev.startgate.flyway.resume;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import dev.startgate.flyway.resume.ScriptStatement.Trait;

/**
 * What earlier statements have left in the session that is gone.
 */
final class LostSession {

	private final Evidence evidence;

	/** The variables that the present session has. */
	private final Set<String> known = new HashSet<>();

	/** Whether a skipped statement may have left something to be asked for. */
	private boolean passed;

	/** Whether a skipped statement may have set a variable, perhaps by a trigger. */
	private boolean passedRows;

	/** The last number of this session when the script goes on. */
	private String number = "";

	LostSession(Evidence evidence) {
		this.evidence = evidence;
	}

	void skips(ScriptStatement statement) {
		this.known.removeAll(statement.assigned());
		this.passed |= !statement.leavesNothing();
		this.passedRows |= !statement.isDefinition();
	}

	void executes(ScriptStatement statement) {
		this.known.addAll(statement.assigned());
	}

	/** From now on each statement is executed. */
	void goOn() throws SQLException {
		this.number = this.evidence.lastNumber();
	}

	boolean lacksVariablesOf(ScriptStatement statement) {
		return !this.known.containsAll(statement.variables());
	}

	/**
	 * Return whether the next statement may need something of the lost session. If the
	 * last number has changed since, a statement of the present session was given it.
	 */
	boolean isAskedBy(ScriptStatement statement) throws SQLException {
		boolean asked = statement.has(Trait.READS_STATE)
				|| (this.passed && statement.has(Trait.READS_NUMBER) && this.number.equals(this.evidence.lastNumber()));
		return (this.passed && asked) || (this.passedRows && lacksVariablesOf(statement));
	}

}

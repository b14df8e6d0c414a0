package dev.startgate.flyway.resume;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;

/**
 * The user of a session, as far as the script has changed it. Another one may have no
 * right to the notes.
 */
final class SessionUser {

	private boolean another;

	/** Until the end of the transaction. */
	private boolean anotherLocally;

	/**
	 * A statement was executed.
	 */
	void after(ScriptStatement statement) {
		if (statement.role() == Role.COMMITS || statement.role() == Role.ROLLS_BACK) {
			this.anotherLocally = false;
		}
		if (statement.has(Trait.CHANGES_USER)) {
			boolean locally = statement.has(Trait.ENDS_WITH_TRANSACTION);
			this.anotherLocally |= locally;
			this.another |= !locally;
		}
	}

	boolean isAnother() {
		return this.another || this.anotherLocally;
	}

}

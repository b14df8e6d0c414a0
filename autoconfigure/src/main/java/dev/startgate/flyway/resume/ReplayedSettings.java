package dev.startgate.flyway.resume;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;

/**
 * The settings of a script that are set again in another session. The end of a
 * transaction may take them back.
 */
final class ReplayedSettings {

	/** Whether a transaction is open all the time. */
	private final boolean always;

	/** Whether the statements that are done have left a transaction open. */
	private boolean open;

	/** Whether something was set in that transaction. */
	private boolean set;

	/** Whether something is set again in a transaction that is not over. */
	private boolean pending;

	ReplayedSettings(boolean always) {
		this.always = always;
		this.open = always;
	}

	/**
	 * Return whether a statement that is done may have taken back a setting.
	 */
	boolean haveBeenTakenBackBy(ScriptStatement statement) {
		return this.set && statement.has(Trait.TAKES_BACK);
	}

	/**
	 * A statement is done, or sets something again.
	 */
	void done(ScriptStatement statement) {
		this.open = this.always || statement.role() == Role.BEGINS || (this.open && !isEnd(statement));
		this.set = this.open && !isEnd(statement) && (this.set || statement.isReplayed());
		this.pending |= this.always && statement.isReplayed();
	}

	/**
	 * A statement is executed.
	 * @return whether it takes back what was set again, although it was kept before
	 */
	boolean areTakenBackBy(ScriptStatement statement) {
		boolean takenBack = this.pending && isEnd(statement) && statement.has(Trait.TAKES_BACK);
		this.pending &= !isEnd(statement);
		return takenBack;
	}

	private static boolean isEnd(ScriptStatement statement) {
		return statement.role() == Role.COMMITS || statement.role() == Role.ROLLS_BACK;
	}

}

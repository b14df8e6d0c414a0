package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * The user of a session of PostgreSQL. A callback of the application or the script itself
 * may have set another one, who may have no right to the notes.
 */
final class SessionUser {

	private final Connection connection;

	private final ScriptNotes notes;

	private final boolean changes;

	private @Nullable Boolean another;

	/** Whether the user may be yet another one after a transaction. */
	private boolean changed;

	/**
	 * Create a user.
	 * @param connection the connection of the migration
	 * @param notes the notes, on a connection of their own
	 * @param changes whether the user can be another one at all
	 */
	SessionUser(Connection connection, ScriptNotes notes, boolean changes) {
		this.connection = connection;
		this.notes = notes;
		this.changes = changes;
		this.another = changes ? null : Boolean.FALSE;
	}

	/**
	 * A statement was executed, or passed over. A procedure may have set another user.
	 */
	void after(ScriptStatement statement) {
		if (!this.changes) {
			return;
		}
		boolean may = statement.has(Trait.CHANGES_USER) || statement.begins("call", null);
		this.changed |= may || Boolean.TRUE.equals(this.another);
		boolean ends = statement.role() == Role.COMMITS || statement.role() == Role.ROLLS_BACK
				|| statement.has(Trait.TAKES_BACK);
		if (this.changed && (ends || may)) {
			this.another = null;
		}
	}

	/**
	 * Return whether the session has another user than the notes.
	 */
	boolean isAnother() throws SQLException {
		Boolean known = this.another;
		if (known == null) {
			known = !of(this.connection).equals(this.notes.user());
			this.another = known;
		}
		return known;
	}

	static String of(Connection connection) throws SQLException {
		return Queries.text(connection, "select current_user");
	}

}

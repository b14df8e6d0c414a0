package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes how far a script is, and how what it changes looks.
 */
final class ScriptJournal {

	private final Connection connection;

	private final ScriptDatabase database;

	private final ScriptNotes notes;

	/** What has to be looked at again, because it was changed. */
	private final Map<String, Target> changed = new LinkedHashMap<>();

	ScriptJournal(Connection connection, ScriptDatabase database, ScriptNotes notes) {
		this.connection = connection;
		this.database = database;
		this.notes = notes;
	}

	void begin() {
		this.notes.begin();
	}

	/**
	 * Write how everything looks that a statement is to change.
	 * @param joined the connection in whose transaction that is done, {@code null} to do
	 * it at once
	 * @param statement the statement
	 * @return whether all of it can be seen
	 */
	boolean look(@Nullable Connection joined, ScriptStatement statement) throws SQLException {
		boolean visible = true;
		for (Target target : statement.targets()) {
			String look = this.database.look(this.connection, target);
			if (look != null) {
				this.notes.write(joined, target, look);
			}
			visible &= look != null;
			this.changed.remove(target.key());
		}
		return visible;
	}

	/**
	 * Write a position, with how everything looks that was changed.
	 */
	void write(@Nullable Connection joined, ScriptPosition written) throws SQLException {
		for (Target target : this.changed.values()) {
			String look = this.database.look(this.connection, target);
			if (look != null) {
				this.notes.write(joined, target, look);
			}
		}
		this.changed.clear();
		this.notes.write(joined, written);
	}

	void hasChanged(Target target) {
		this.changed.put(target.key(), target);
	}

}

package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
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

	/** What was looked at and is not written yet. */
	private final Map<Target, String> looks = new LinkedHashMap<>();

	/** What was looked at, also by an earlier replica. */
	private final Map<String, Target> known = new HashMap<>();

	/** What was there at the last look. */
	private final Set<String> there = new HashSet<>();

	private boolean unwritten = true;

	/** Whether something is set for the transaction that is open. */
	private boolean local;

	ScriptJournal(Connection connection, ScriptDatabase database, ScriptNotes notes) {
		this.connection = connection;
		this.database = database;
		this.notes = notes;
		hasChanged(Target.SETTINGS);
	}

	/**
	 * An earlier replica has looked at something.
	 */
	void knows(Target target) {
		this.known.put(target.key(), target);
	}

	void begin() throws SQLException {
		this.notes.begin();
	}

	/**
	 * Look at everything that a statement is to change. It is written together with the
	 * next position.
	 * @param statement the statement
	 * @return whether all of it can be seen
	 */
	boolean look(ScriptStatement statement) throws SQLException {
		boolean visible = true;
		for (Target target : statement.targets()) {
			visible &= look(target, this.there.contains(target.key()));
			knows(target);
			this.changed.remove(target.key());
		}
		return visible;
	}

	private boolean look(Target target, boolean certain) throws SQLException {
		String look = this.database.look(this.connection, target, certain);
		if (look != null) {
			this.looks.put(target, look);
		}
		if (look == null || look.equals(Target.ABSENT)) {
			this.there.remove(target.key());
		}
		else {
			this.there.add(target.key());
		}
		return look != null;
	}

	/**
	 * Write a position, with how everything looks that was changed.
	 * @param joined the connection in whose transaction that is done, {@code null} to do
	 * it at once
	 * @param written the position
	 */
	void write(@Nullable Connection joined, ScriptPosition written) throws SQLException {
		lookAtChanges();
		this.unwritten = false;
		this.notes.write(joined, this.looks, written);
		this.looks.clear();
	}

	/**
	 * Write the same, and commit the transaction with it.
	 */
	void commit(Connection joined, ScriptPosition written) throws SQLException {
		lookAtChanges();
		this.unwritten = false;
		this.notes.commit(joined, this.looks, written);
		this.looks.clear();
	}

	private void lookAtChanges() throws SQLException {
		for (Target target : List.copyOf(this.changed.values())) {
			if (!this.local || !target.equals(Target.SETTINGS)) {
				look(target, target.effect() == Effect.APPEARS
						|| (target.effect() == Effect.CHANGES && this.there.contains(target.key())));
				this.changed.remove(target.key());
			}
		}
	}

	/**
	 * Return whether no position was written, so that nothing is committed yet.
	 */
	boolean isUnwritten() {
		return this.unwritten;
	}

	/**
	 * A statement is about to be executed. What it sets for its transaction is not what
	 * the session is set to.
	 */
	void executes(ScriptStatement statement) throws SQLException {
		if (statement.has(Trait.ENDS_WITH_TRANSACTION) && !this.local
				&& this.changed.remove(Target.SETTINGS.key()) != null) {
			look(Target.SETTINGS, true);
		}
	}

	/**
	 * A statement was executed that is to be committed together with its position. On
	 * PostgreSQL it may be one that changes an index, such as its name.
	 */
	void joined(ScriptStatement statement) {
		if (this.database.isTransactional()) {
			this.known.values()
				.stream()
				.filter((target) -> statement.names(target.name()::equalsIgnoreCase))
				.forEach(this::hasChanged);
		}
	}

	/**
	 * A statement was executed, which may have changed the settings of the session.
	 * @param open whether a transaction is open
	 */
	void executed(ScriptStatement statement, boolean open) {
		this.local = open && (this.local || statement.has(Trait.ENDS_WITH_TRANSACTION));
		if (statement.isReplayed() || statement.role() == Role.OPAQUE || statement.role() == Role.ROLLS_BACK) {
			hasChanged(Target.SETTINGS);
		}
	}

	void hasChanged(Target target) {
		this.changed.put(target.key(), target);
	}

}

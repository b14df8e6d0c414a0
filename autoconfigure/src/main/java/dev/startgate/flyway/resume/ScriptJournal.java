package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.startgate.coordination.HolderNotes.Draft;
import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
import org.jspecify.annotations.Nullable;

/**
 * Writes how far a script has come, and how the things that it changes look.
 */
final class ScriptJournal {

	/** With more targets, a routine causes no new looks: each look is a round trip. */
	private static final int MANY = 50;

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

	/** The settings before the script, if they were looked at. */
	private @Nullable String own;

	private boolean unwritten = true;

	/** Whether something is set for the transaction that is open. */
	private boolean local;

	/**
	 * Create a journal.
	 * @param first whether the script begins, so that a later session may need the
	 * settings of this one
	 */
	ScriptJournal(Connection connection, ScriptDatabase database, ScriptNotes notes, boolean first) {
		this.connection = connection;
		this.database = database;
		this.notes = notes;
		hasChanged(Target.SETTINGS);
		if (first) {
			hasChanged(Target.BEGINNING);
		}
	}

	/**
	 * Something was looked at, perhaps by an earlier replica.
	 */
	void knows(Target target) {
		if (!target.isOfSession()) {
			this.known.put(target.key(), target);
		}
	}

	void begin() throws SQLException {
		this.notes.write(beginning());
	}

	/**
	 * Return the notes which say that nothing of the script is done, and how its session
	 * is set.
	 */
	List<Draft> beginning() throws SQLException {
		lookAtBeginning();
		String look = this.looks.remove(Target.BEGINNING);
		return this.notes.beginning((look != null) ? Map.of(Target.BEGINNING, look) : Map.of());
	}

	private void lookAtBeginning() throws SQLException {
		if (this.changed.remove(Target.BEGINNING.key()) != null) {
			look(Target.BEGINNING, true);
			this.own = this.looks.get(Target.BEGINNING);
		}
	}

	/** Return the settings before the script, {@code null} if they are not known. */
	@Nullable String own() {
		return this.own;
	}

	/**
	 * Look at everything that a statement is to change. The next position is written
	 * together with these looks.
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
	 * Write a position, and how everything looks that was changed.
	 * @param joined the connection whose transaction the notes join, {@code null} to
	 * write them at once
	 * @param written the position
	 */
	void write(@Nullable Connection joined, ScriptPosition written) throws SQLException {
		lookAtChanges();
		this.unwritten = false;
		this.notes.write(joined, this.looks, written);
		this.looks.clear();
	}

	/**
	 * Write a position in the same way, and commit the transaction with it.
	 */
	void commit(Connection joined, ScriptPosition written) throws SQLException {
		lookAtChanges();
		this.unwritten = false;
		this.notes.commit(joined, this.looks, written);
		this.looks.clear();
	}

	private void lookAtChanges() throws SQLException {
		lookAtBeginning();
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
	 * A statement is about to be executed. The journal looks at the session first if a
	 * later look would come too late, because the statement changes it, or sets something
	 * for its transaction only. On PostgreSQL a look after the beginning of a transaction
	 * could make a {@code set transaction} fail.
	 */
	void executes(ScriptStatement statement) throws SQLException {
		boolean begins = statement.role() == Role.BEGINS && this.database.isTransactional();
		if (begins || statement.role() == Role.REPLAYED || statement.role() == Role.OPAQUE) {
			lookAtBeginning();
		}
		boolean locally = statement.has(Trait.ENDS_WITH_TRANSACTION) && !statement.begins("set", "transaction");
		if ((begins || locally) && !this.local && this.changed.remove(Target.SETTINGS.key()) != null) {
			look(Target.SETTINGS, true);
		}
	}

	/**
	 * A statement was executed, and the journal has to look again at what it may have
	 * changed. On PostgreSQL it may rename an index, or drop it together with its table.
	 * On MySQL and MariaDB a new name also appears in foreign keys and triggers. A
	 * routine may change any of them.
	 */
	void after(ScriptStatement statement) {
		boolean alone = statement.role() == Role.ALONE;
		boolean any = this.database.isTransactional()
				? statement.role() == Role.OPAQUE || statement.begins("drop", null) || statement.begins("alter", null)
						|| statement.begins("do", null)
				: statement.renames() || (statement.calls() && this.known.size() <= MANY);
		boolean drops = alone && statement.begins("drop", null);
		this.known.values()
			.stream()
			.filter((target) -> any || (drops && target.type().equals("trigger"))
					|| (this.database.isTransactional() && statement.names(target.name()::equalsIgnoreCase)))
			.forEach(this::hasChanged);
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

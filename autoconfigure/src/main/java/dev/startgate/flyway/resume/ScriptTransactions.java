package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import dev.startgate.flyway.resume.ScriptPosition.Doubt;
import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the transactions of a script. It notes a statement that commits by itself
 * before the statement runs. The note about a statement in a transaction is part of that
 * transaction. A script that commits nothing before its end needs no notes.
 */
final class ScriptTransactions {

	private static final Logger logger = LoggerFactory.getLogger(ScriptTransactions.class);

	private final Connection connection;

	private final ScriptDatabase database;

	private final ScriptJournal journal;

	private final Runnable commits;

	private ScriptPosition position = ScriptPosition.BEGINNING;

	private ScriptPosition next = ScriptPosition.BEGINNING;

	/** The position up to which the script is certainly committed. It may be further. */
	private ScriptPosition durable = ScriptPosition.BEGINNING;

	private @Nullable ScriptStatement current;

	private boolean onlyRows;

	private boolean noted;

	private boolean blind;

	private final ExplicitTransaction explicit;

	private final OwnTransaction alone;

	private final SessionUser user;

	ScriptTransactions(Connection connection, ScriptDatabase database, ScriptJournal journal, SessionUser user,
			boolean noted, Runnable commits) {
		this.connection = connection;
		this.explicit = new ExplicitTransaction(connection, database);
		this.alone = new OwnTransaction(connection);
		this.user = user;
		this.database = database;
		this.journal = journal;
		this.noted = noted;
		this.commits = commits;
	}

	/** The script goes on from here. The notes already say that it has begun. */
	void goOn(ScriptPosition done) {
		this.durable = done;
		this.noted = true;
	}

	boolean isNoted() {
		return this.noted;
	}

	/** A statement is passed over: it is not executed, or only replayed. */
	void passOver(ScriptStatement statement) {
		this.current = null;
		this.user.after(statement);
	}

	boolean isOpen() throws SQLException {
		return this.explicit.isOpen() || !(this.alone.isOpen() || this.connection.getAutoCommit());
	}

	/** A statement is about to be executed, between these two positions. */
	void before(ScriptStatement statement, ScriptPosition before, ScriptPosition after) throws SQLException {
		this.position = before;
		this.next = after;
		this.current = statement;
		this.onlyRows = statement.role() == Role.JOINS;
		if (this.blind || statement.role() != Role.JOINS) {
			this.alone.end();
		}
		if (!this.blind || !this.noted) {
			begin(statement);
		}
	}

	private void begin(ScriptStatement statement) throws SQLException {
		boolean commits = statement.role() == Role.COMMITS
				|| (statement.role() == Role.BEGINS && !this.database.isTransactional());
		if (commits && (isOpen() || statement.has(Trait.BLINDS))) {
			commits(statement);
		}
		if (isOpen() && this.database.isTransactional() && !(this.noted && statement.has(Trait.BLINDS))) {
			return;
		}
		switch (statement.role()) {
			case JOINS -> {
				if (!this.database.isRolledBack(this.connection, statement) || this.user.isAnother()) {
					this.alone.end();
					doubt(statement.as(Role.OPAQUE, List.of()));
				}
				else if (!isOpen()) {
					// it stays open until another kind of statement, to save round trips
					this.alone.begin();
				}
			}
			case ALONE, AGAIN, OPAQUE -> doubt(statement);
			case BEGINS, COMMITS, ROLLS_BACK, REPLAYED -> {
				// such a statement leaves nothing behind if the session ends
			}
		}
	}

	/** A commit is next. A script that has committed nothing yet may have no note. */
	private void commits(ScriptStatement statement) throws SQLException {
		if (!this.noted) {
			this.journal.begin();
			this.commits.run();
			this.noted = true;
		}
		if (this.blind || statement.has(Trait.BLINDS) || this.user.isAnother()) {
			doubt(statement.as(Role.OPAQUE, List.of()));
			this.current = statement;
		}
		else {
			this.journal.write(this.connection, (statement.role() == Role.BEGINS) ? this.position : this.next);
		}
	}

	/** Write down that a statement may have taken effect, before it is executed. */
	private void doubt(ScriptStatement unresolved) throws SQLException {
		ScriptStatement statement = this.database.resolve(this.connection, unresolved);
		this.current = statement;
		Connection joined = (statement.role() != Role.OPAQUE && isOpen()) ? this.connection : null;
		ScriptPosition durably = (joined == null && isOpen()) ? this.durable : this.position;
		boolean decidable = this.journal.look(statement) && statement.isTelling();
		Doubt doubt = new Doubt(this.next.done(), this.next.hash(), decidable, statement.role() == Role.AGAIN,
				this.blind || statement.has(Trait.BLINDS), statement.shown());
		this.journal.write(joined, new ScriptPosition(durably.done(), durably.statements(), doubt));
	}

	/** The statement was executed. */
	void after() throws SQLException {
		ScriptStatement statement = this.current;
		if (statement == null) {
			return;
		}
		this.journal.after(statement);
		if (this.alone.isOpen()) {
			this.journal.commit(this.connection, this.next);
		}
		boolean known = statement.role() == Role.ALONE || statement.role() == Role.AGAIN;
		boolean seen = !this.blind && !statement.has(Trait.BLINDS);
		this.explicit.after(statement, statement.role() == Role.OPAQUE && seen && !this.onlyRows);
		if (!isOpen() || statement.role() == Role.COMMITS) {
			this.durable = this.next;
		}
		else if (!this.database.isTransactional() && (known || statement.role() == Role.BEGINS)) {
			this.durable = this.position;
		}
		if ((known || statement.role() == Role.OPAQUE) && !(isOpen() && this.database.isTransactional())) {
			statement.targets().forEach(this.journal::hasChanged);
			if (seen) {
				settle(statement);
			}
		}
		else if (statement.role() == Role.COMMITS && seen && this.user.isAnother()) {
			this.journal.write(null, this.next);
		}
		if (!this.onlyRows) {
			this.journal.executed(statement, isOpen());
		}
		this.user.after(statement);
		this.blind = (this.blind || statement.has(Trait.BLINDS)) && !statement.has(Trait.SEES_AGAIN);
	}

	/**
	 * Note at once what can't be decided later, unless the note would commit something
	 * that the script has not committed.
	 */
	private void settle(ScriptStatement statement) throws SQLException {
		boolean hard = statement.isHardToTell() || statement.renames();
		if (!isOpen() && (hard || statement.role() == Role.OPAQUE)) {
			this.journal.write(null, this.next);
		}
		else if (hard && !this.connection.getAutoCommit()) {
			this.journal.commit(this.connection, this.next);
			this.durable = this.next;
		}
	}

	/** Return whether a statement is to be executed again, outside its transaction. */
	boolean takeOut() throws SQLException {
		ScriptStatement statement = this.alone.isOpen() ? this.current : null;
		if (statement != null) {
			this.alone.rollback();
			doubt(statement.as(Role.OPAQUE, List.of()));
		}
		return statement != null;
	}

	/** The statement has failed. Its transaction must not stay open in the session. */
	void failed() {
		try {
			this.explicit.rollback();
			this.alone.rollback();
		}
		catch (SQLException ex) {
			logger.debug("The connection is gone together with the statement", ex);
		}
	}

	/**
	 * All statements are done. Commit what is still open, unless Flyway commits it
	 * together with the record of the script.
	 * @param recorded whether Flyway records it in the transaction that is open
	 */
	void complete(ScriptPosition done, boolean recorded) throws SQLException {
		this.alone.end();
		boolean notes = this.noted && !this.blind;
		if (notes && !isOpen()) {
			this.journal.write(null, done);
		}
		else if (notes && !this.database.isTransactional() && !(recorded && this.journal.isUnwritten())) {
			this.journal.commit(this.connection, done);
		}
	}

}

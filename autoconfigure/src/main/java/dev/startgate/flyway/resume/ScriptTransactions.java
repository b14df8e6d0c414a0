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
 * The transactions of a script. What commits by itself is noted before; what takes part
 * in a transaction is noted in it, if anything of it is committed at all before the end.
 */
final class ScriptTransactions {

	private static final Logger logger = LoggerFactory.getLogger(ScriptTransactions.class);

	private final Connection connection;

	private final ScriptDatabase database;

	private final ScriptJournal journal;

	private final Runnable commits;

	private ScriptPosition position = ScriptPosition.BEGINNING;

	private ScriptPosition next = ScriptPosition.BEGINNING;

	/** What is certainly committed, or a part of it. */
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

	/** It is noted that the script goes on, and how far it is. */
	void goOn(ScriptPosition done) {
		this.durable = done;
		this.noted = true;
	}

	boolean isNoted() {
		return this.noted;
	}

	/** A statement is not executed, or only once more. */
	void passOver(ScriptStatement statement) {
		this.current = null;
		this.user.after(statement);
	}

	boolean isOpen() throws SQLException {
		return this.explicit.isOpen() || !(this.alone.isOpen() || this.connection.getAutoCommit());
	}

	/** A statement is about to be executed. The script is so far before and after it. */
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
					// kept until another kind of statement: each switch is a round trip
					this.alone.begin();
				}
			}
			case ALONE, AGAIN, OPAQUE -> doubt(statement);
			case BEGINS, COMMITS, ROLLS_BACK, REPLAYED -> {
				// nothing of it is left if the session ends
			}
		}
	}

	/** What runs in a transaction need not have been noted. */
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

	/** A statement begins that may take effect before anything can be noted. */
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
	 * What can't be decided later is noted at once, unless that would commit what the
	 * script has not committed.
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
	 * All statements are done. What was not committed yet is committed now, unless all of
	 * the script is, together with its record.
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

package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import dev.startgate.coordination.HolderNotes.Draft;
import dev.startgate.flyway.resume.Resumption.Step;
import dev.startgate.flyway.resume.ScriptNotes.Found;
import dev.startgate.flyway.resume.ScriptPosition.Doubt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a script, statement by statement.
 */
public final class ScriptRun {

	private static final String NO_TRANSACTION = "25001";

	private static final String ROLLED_BACK = ". What was executed just now is rolled back, unless the database has "
			+ "committed it";

	private static final Logger logger = LoggerFactory.getLogger(ScriptRun.class);

	private final Connection connection;

	private final ScriptDatabase database;

	private final ScriptNotes notes;

	private final ScriptJournal journal;

	private final ScriptTransactions transactions;

	private final @Nullable Found found;

	private final @Nullable DatabaseEvidence evidence;

	private final @Nullable Resumption resumption;

	private final Consumer<String> goesOn;

	private ScriptPosition position = ScriptPosition.BEGINNING;

	ScriptRun(Connection connection, ScriptDatabase database, ScriptNotes notes, @Nullable Found found, boolean noted,
			Consumer<String> goesOn, Runnable commits) throws SQLException {
		this.connection = connection;
		this.database = database;
		this.notes = notes;
		boolean always = database.isTransactional() && !connection.getAutoCommit();
		this.journal = new ScriptJournal(connection, database, notes,
				!always && (found == null || !found.position().isBegun()));
		SessionUser user = new SessionUser(connection, notes, database.isTransactional());
		this.transactions = new ScriptTransactions(connection, database, this.journal, user, noted, commits);
		this.found = found;
		Map<Target, String> looks = (found != null) ? notes.looks() : Map.of();
		this.evidence = (found != null) ? new DatabaseEvidence(connection, database, looks) : null;
		this.resumption = (found != null && this.evidence != null)
				? new Resumption(found.position(), this.evidence, always, found.changed()) : null;
		looks.keySet().forEach(this.journal::knows);
		if (found != null && this.evidence != null) {
			this.evidence.restore(found.position().isBegun());
		}
		this.goesOn = goesOn;
	}

	/**
	 * Return the notes with which the script begins.
	 */
	public List<Draft> begin() throws SQLException {
		return this.journal.beginning();
	}

	/**
	 * A statement is next.
	 * @param sql its text
	 * @return whether it is to be executed
	 */
	public boolean before(String sql) throws SQLException {
		ScriptPosition before = this.position;
		this.position = before.and(sql);
		ScriptStatement statement = this.database.read(sql);
		if (this.resumption != null) {
			boolean went = this.resumption.goesOn();
			Step step = this.resumption.next(this.position.done(), this.position.hash(), statement);
			if (!went && this.resumption.goesOn()) {
				goOn((step == Step.GOES_ON) ? before : this.position);
			}
			if (step != Step.GOES_ON) {
				if (this.resumption.goesOn() && this.evidence != null) {
					this.journal.after(statement);
					this.evidence.targets(statement).forEach(this.journal::hasChanged);
				}
				this.transactions.passOver(statement);
				return step == Step.REPLAYED;
			}
		}
		this.journal.executes(statement);
		this.transactions.before(statement, before, this.position);
		return true;
	}

	private void goOn(ScriptPosition done) throws SQLException {
		Found from = Objects.requireNonNull(this.found);
		this.notes.write(null, from.position());
		this.transactions.goOn(done);
		if (done.done() == 0 && this.evidence != null && this.evidence.own() != null) {
			// the script begins anew, with the settings of this session
			this.evidence.giveBack();
			this.journal.hasChanged(Target.BEGINNING);
		}
		Doubt doubt = from.position().doubt();
		String decided = Objects.requireNonNull(this.resumption).decided();
		this.goesOn.accept("goes on with statement %d, after it was interrupted on replica '%s'%s"
			.formatted(done.done() + 1, from.replica(), (doubt == null || decided.isEmpty()) ? ""
					: " in statement %d (%s), which %s".formatted(doubt.number(), doubt.shown(), decided)));
	}

	/**
	 * The statement was executed.
	 */
	public void after() throws SQLException {
		this.transactions.after();
	}

	/**
	 * The statement has failed. The session gets its earlier settings back, because the
	 * script may begin once more in it.
	 */
	public void failed() {
		this.transactions.failed();
		String restored = (this.evidence != null) ? this.evidence.own() : null;
		String own = (restored != null) ? restored : this.journal.own();
		try {
			if (own != null) {
				this.database.settings().reset(this.connection, own);
			}
		}
		catch (SQLException ex) {
			logger.debug("The session is gone", ex);
		}
	}

	/**
	 * Return whether to execute a failed statement once more, because it can't run in the
	 * transaction that was opened for it.
	 */
	public boolean takesOut(SQLException failure) throws SQLException {
		return NO_TRANSACTION.equals(failure.getSQLState()) && this.transactions.takeOut();
	}

	/**
	 * All statements are done.
	 * @param recorded whether Flyway records the script in the transaction that is open
	 * @throws ResumeRefusedException if the script can't go on
	 */
	public void complete(boolean recorded) throws SQLException {
		if (this.resumption != null) {
			boolean went = this.resumption.goesOn();
			this.resumption.end(this.position.done());
			String refusal = this.resumption.refusal();
			if (refusal != null) {
				boolean rolledBack = this.transactions.isNoted() && this.transactions.isOpen();
				failed();
				throw new ResumeRefusedException(refusal + (rolledBack ? ROLLED_BACK : ""), this.resumption.report(),
						this.transactions.isNoted());
			}
			if (!went && this.resumption.goesOn()) {
				goOn(this.position);
			}
		}
		this.transactions.complete(this.position, recorded);
		if (this.evidence != null) {
			this.evidence.giveBack();
		}
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.flyway.ddl.EarlierLocksException;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;

/**
 * The transaction in which a migration runs. The migration may end it itself, by a
 * {@code COMMIT} in a script or from Java. A note is written before such a commit,
 * because it can't be rolled back. What the migration does next is fenced anew.
 */
final class WatchedTransaction {

	/** On MySQL and MariaDB, a session that has locked tables can read no others. */
	private static final int NOT_LOCKED = 1100;

	/** What may unlock the tables. */
	private static final Pattern UNLOCKING = Pattern.compile("(?i)\\b(unlock|lock|begin|start)\\b");

	/** A script may declare its transaction read-only. */
	private static final String READ_ONLY = "25006";

	/** What may set another user. */
	private static final Pattern CHANGES_USER = Pattern.compile("(?i)\\b(role|authorization)\\b");

	private static final String SAVEPOINT = "startgate_fence";

	private final Connection connection;

	private final Lease lease;

	private final Runnable note;

	private final PatientStatements statements;

	private final Predicate<SQLException> again;

	private boolean noted;

	private boolean fenced;

	private boolean tablesLocked;

	/** Whether the script keeps its session from our tables, such as by another user. */
	private boolean lacksRight;

	/** Whether the script itself has begun a transaction, in autocommit. */
	private boolean begun;

	private boolean abandoned;

	private boolean ended;

	private boolean changesRows;

	/**
	 * Watch a transaction.
	 * @param connection its connection
	 * @param lease the lease
	 * @param fenced whether it has just been fenced
	 * @param noted whether a note about the migration has been written
	 * @param again whether a statement is executed once more after a failure
	 * @param note writes that note
	 * @param statements creates the waits for strong locks, given whether all that was
	 * done can be rolled back
	 */
	WatchedTransaction(Connection connection, Lease lease, boolean fenced, boolean noted, Predicate<SQLException> again,
			Runnable note, Function<BooleanSupplier, PatientStatements> statements) {
		this.statements = statements.apply(this::isRolledBack);
		this.connection = connection;
		this.lease = lease;
		this.fenced = fenced;
		this.noted = noted;
		this.note = note;
		this.again = again;
	}

	/**
	 * Something is about to be done in the transaction, perhaps as another user. A
	 * rollback alone needs no fence, and its transaction may have failed already.
	 */
	void before(Set<StatementEffect> effects) throws SQLException {
		boolean commits = effects.contains(StatementEffect.COMMIT);
		boolean rollsBack = effects.contains(StatementEffect.ROLLBACK);
		this.lacksRight = this.lacksRight && !commits && !this.ended;
		this.fenced = this.fenced || (rollsBack && !commits) || fence();
		if (!this.noted && commits) {
			this.note.run();
			this.noted = true;
		}
		if (commits || rollsBack) {
			this.fenced = false;
			this.begun = effects.contains(StatementEffect.CHAIN) && this.connection.getAutoCommit();
		}
		this.lacksRight = this.lacksRight && !commits && !rollsBack && !effects.contains(StatementEffect.RESET);
	}

	/**
	 * Fence, unless the script keeps its session from doing so. It does until it unlocks
	 * its tables, or until the next transaction.
	 */
	private boolean fence() throws SQLException {
		if (this.tablesLocked || this.lacksRight) {
			return false;
		}
		try {
			fenceOrStay();
			return true;
		}
		catch (SQLException ex) {
			this.tablesLocked = ex.getErrorCode() == NOT_LOCKED;
			this.lacksRight = isKeptFrom(ex);
			if (!this.tablesLocked && !this.lacksRight) {
				throw ex;
			}
			return false;
		}
	}

	/**
	 * Fence within a savepoint on PostgreSQL, because an error would fail the
	 * transaction, in which something may be done already.
	 */
	private void fenceOrStay() throws SQLException {
		String product = this.connection.getMetaData().getDatabaseProductName();
		if ((this.connection.getAutoCommit() && !this.begun) || !"PostgreSQL".equals(product)) {
			this.lease.sessions().fence(this.connection);
			return;
		}
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("savepoint " + SAVEPOINT);
			try {
				this.lease.sessions().fence(this.connection);
			}
			catch (SQLException ex) {
				if (isKeptFrom(ex)) {
					statement.execute("rollback to savepoint " + SAVEPOINT);
					statement.execute("release savepoint " + SAVEPOINT);
				}
				throw ex;
			}
			statement.execute("release savepoint " + SAVEPOINT);
		}
	}

	private boolean isKeptFrom(SQLException failure) throws SQLException {
		return DatabaseCondition.MISSING_RIGHT.isMeantBy(failure)
				|| (READ_ONLY.equals(failure.getSQLState()) && (this.begun || !this.connection.getAutoCommit()));
	}

	/**
	 * A statement is next.
	 * @param onlyChangesRows whether it obviously does nothing but change rows
	 */
	void next(boolean onlyChangesRows) {
		this.changesRows = onlyChangesRows;
	}

	/**
	 * Return whether the next statement was announced as one that only changes rows, so
	 * that it need not be watched.
	 */
	boolean changesRows() throws SQLException {
		boolean changes = this.changesRows && !this.connection.getAutoCommit();
		this.changesRows = false;
		if (changes) {
			before(Set.of());
			this.statements.changesRows();
		}
		return changes;
	}

	/**
	 * Execute a single statement in it.
	 */
	@Nullable Object execute(String sql, PatientStatements.Call call) throws Throwable {
		try {
			Object result = executeTwice(sql, call);
			this.tablesLocked = this.tablesLocked && !UNLOCKING.matcher(sql).find();
			if (this.lacksRight) {
				boolean autoCommit = this.connection.getAutoCommit();
				this.begun = this.begun || (autoCommit && begins(sql));
				this.lacksRight = this.begun || !autoCommit || !CHANGES_USER.matcher(sql).find();
			}
			return result;
		}
		catch (EarlierLocksException | StartAbandonedException ex) {
			this.abandoned = true;
			throw ex;
		}
	}

	private static boolean begins(String sql) {
		SqlWords words = new SqlWords(sql, false);
		return words.next() && ("begin".equals(words.word()) || "start".equals(words.word()));
	}

	private @Nullable Object executeTwice(String sql, PatientStatements.Call call) throws Throwable {
		try {
			return this.statements.execute(sql, call);
		}
		catch (SQLException ex) {
			if (this.again.test(ex)) {
				return this.statements.execute(sql, call);
			}
			throw ex;
		}
	}

	/**
	 * The migration has ended. What Flyway does next is fenced once its user may do that.
	 * @return whether there is a note about it
	 */
	boolean ends() {
		this.ended = true;
		return this.noted;
	}

	/**
	 * Return whether the migration was given up, so that Flyway itself rolls back.
	 */
	boolean isAbandoned() {
		return this.abandoned;
	}

	/**
	 * Return whether all that was done in it can be rolled back.
	 */
	private boolean isRolledBack() {
		try {
			return !this.noted && !this.connection.getAutoCommit();
		}
		catch (SQLException ex) {
			return false;
		}
	}

}

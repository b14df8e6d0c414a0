package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.flyway.ddl.EarlierLocksException;
import dev.startgate.flyway.ddl.PatientStatements;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that a migration was given. A migration may end it by itself: a script
 * that says {@code COMMIT}, a Java migration that commits. What it commits is noted
 * before, because it can't be rolled back any more, and what it does next is fenced anew.
 */
final class WatchedTransaction {

	private final Connection connection;

	private final Lease lease;

	private final Runnable note;

	private final PatientStatements statements;

	private final Predicate<SQLException> again;

	private boolean noted;

	private boolean fenced = true;

	private boolean abandoned;

	private boolean changesRows;

	/**
	 * Watch a transaction that has just been fenced.
	 * @param connection its connection
	 * @param lease the lease
	 * @param noted whether a note about the migration has been written
	 * @param again whether a statement is executed once more after a failure
	 * @param note writes it
	 * @param statements makes what waits for strong locks, given whether all of it can be
	 * rolled back
	 */
	WatchedTransaction(Connection connection, Lease lease, boolean noted, Predicate<SQLException> again, Runnable note,
			Function<BooleanSupplier, PatientStatements> statements) {
		this.statements = statements.apply(this::isRolledBack);
		this.connection = connection;
		this.lease = lease;
		this.noted = noted;
		this.note = note;
		this.again = again;
	}

	/**
	 * Something is about to be done in it.
	 */
	void before(Set<StatementEffect> effects) throws SQLException {
		if (!this.fenced) {
			this.lease.sessions().fence(this.connection);
			this.fenced = true;
		}
		if (!this.noted && effects.contains(StatementEffect.COMMIT)) {
			this.note.run();
			this.noted = true;
		}
		if (effects.contains(StatementEffect.COMMIT) || effects.contains(StatementEffect.ROLLBACK)) {
			this.fenced = false;
		}
	}

	/**
	 * A statement is next.
	 * @param onlyChangesRows whether it obviously does nothing but change rows
	 */
	void next(boolean onlyChangesRows) {
		this.changesRows = onlyChangesRows;
	}

	/**
	 * Return whether the statement that is about to be executed is that one, so that it
	 * need not be watched.
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
			return executeTwice(sql, call);
		}
		catch (EarlierLocksException | StartAbandonedException ex) {
			this.abandoned = true;
			throw ex;
		}
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
	 * Return whether Flyway rolls it back, and asks nobody before.
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

	/**
	 * Return whether there is a note about the migration, so that a part of it may be
	 * committed.
	 */
	boolean isNoted() {
		return this.noted;
	}

}

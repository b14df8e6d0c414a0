package dev.startgate.flyway;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import dev.startgate.MigrationSteps;
import dev.startgate.coordination.Lease;
import dev.startgate.flyway.ddl.PatientStatements;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that works under a lease, and that several users may share. It returns to
 * its data source when the last of them closes it.
 */
final class GuardedConnection implements GuardedStatement.Execution {

	private static final Logger logger = LoggerFactory.getLogger(GuardedConnection.class);

	private static final Set<String> COPYING = Set.of("org.postgresql.PGConnection",
			"org.postgresql.core.BaseConnection");

	private final Connection connection;

	private final Lease lease;

	private final Consumer<Connection> discard;

	private int handles;

	private @Nullable MigrationSteps steps;

	private TransactionEnd end = TransactionEnd.NONE;

	private Runnable committed = () -> {
	};

	private @Nullable WatchedTransaction transaction;

	private boolean migrating;

	private boolean failed;

	private boolean noted;

	private boolean inTransaction;

	/** Whether a migration that did not end well may have left something open here. */
	private boolean spoilt;

	private final KeptLock lock = new KeptLock();

	GuardedConnection(Connection connection, Lease lease, Consumer<Connection> discard) {
		this.connection = connection;
		this.lease = lease;
		this.discard = discard;
	}

	boolean isOpen() {
		return this.handles > 0;
	}

	/** Return a handle, which a user closes without closing it for others. */
	Connection handle() {
		this.handles++;
		boolean[] closed = new boolean[1];
		return (Connection) Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "close" -> {
						if (!closed[0]) {
							closed[0] = true;
							release();
						}
						yield null;
					}
					case "isClosed" -> closed[0] || this.connection.isClosed();
					case "commit" -> {
						commit();
						yield null;
					}
					case "rollback" -> rollback(method, arguments);
					case "setAutoCommit" -> {
						setAutoCommit((Boolean) arguments[0]);
						yield null;
					}
					case "createStatement", "prepareStatement", "prepareCall" ->
						statement((Connection) proxy, method, arguments);
					case "isWrapperFor" ->
						(arguments[0] == MigrationSteps.class && this.steps != null) ? true : invoke(method, arguments);
					case "unwrap" -> unwrap(method, arguments);
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> invoke(method, arguments);
				});
	}

	/** The driver's {@code COPY} bypasses our statements, so it is fenced here. */
	private @Nullable Object unwrap(Method method, Object[] arguments) throws Throwable {
		if (COPYING.contains(((Class<?>) arguments[0]).getName()) || this.connection.getAutoCommit()) {
			begins(Set.of());
		}
		return (arguments[0] == GuardedConnection.class) ? this
				: (arguments[0] == MigrationSteps.class && this.steps != null) ? this.steps : invoke(method, arguments);
	}

	Connection unwatched() {
		return this.connection;
	}

	void steps(MigrationSteps steps) {
		this.steps = steps;
	}

	private @Nullable Object statement(Connection handle, Method method, @Nullable Object[] arguments)
			throws Throwable {
		String sql = (arguments != null && arguments[0] instanceof String text) ? this.lock.replace(text) : null;
		if (arguments != null && sql != null) {
			arguments[0] = sql;
		}
		Statement statement = (Statement) Objects.requireNonNull(invoke(method, arguments));
		boolean watched = this.transaction != null && !(arguments == null && this.transaction.changesRows());
		return watched ? GuardedStatement.of(method.getReturnType(), statement, handle, sql, this) : statement;
	}

	@Nullable WatchedTransaction transaction() {
		return this.transaction;
	}

	@Override
	public void begins(Set<StatementEffect> effects) throws SQLException {
		if (this.transaction != null) {
			this.transaction.before(effects);
		}
	}

	@Override
	public @Nullable Object execute(String sql, PatientStatements.Call call) throws Throwable {
		return (this.migrating && this.transaction != null) ? this.transaction.execute(sql, call) : call.run();
	}

	/**
	 * A session that was reset keeps neither Flyway's lock nor our settings.
	 */
	@Override
	public void done(Set<StatementEffect> effects) throws SQLException {
		if (effects.contains(StatementEffect.RESET)) {
			this.lock.takeAgain(this.connection);
			if (this.connection.getAutoCommit()
					|| this.connection.getMetaData().dataDefinitionCausesTransactionCommit()) {
				this.lease.sessions().unguard(this.connection);
				this.lease.sessions().guard(this.connection);
			}
		}
	}

	/** Return whether the migration itself ends the transaction, and prepare for it. */
	private boolean endedByMigration(StatementEffect effect) throws SQLException {
		if (this.migrating && this.transaction != null && !this.transaction.isAbandoned()) {
			this.transaction.before(EnumSet.of(effect));
			return true;
		}
		return false;
	}

	private void setAutoCommit(boolean autoCommit) throws SQLException {
		if (autoCommit && !this.connection.getAutoCommit()) {
			if (isLeftOpen()) {
				migrated(true);
				this.end = TransactionEnd.ROLLED_BACK;
				this.connection.rollback();
			}
			else {
				endedByMigration(StatementEffect.COMMIT);
			}
		}
		this.connection.setAutoCommit(autoCommit);
	}

	/**
	 * Flyway ends the transaction of a migration before it switches autocommit on, except
	 * after an {@link Error}. The switch would then commit a half done migration. A
	 * migration or callback that switches may mean to commit.
	 */
	private boolean isLeftOpen() {
		return this.inTransaction && this.end == TransactionEnd.NONE && FlywayInternals.isEndOfTransaction();
	}

	/**
	 * Only the first end of a transaction counts, because Flyway commits again for its
	 * callbacks after a failure.
	 */
	private void commit() throws SQLException {
		boolean first = !endedByMigration(StatementEffect.COMMIT) && this.end == TransactionEnd.NONE;
		if (first) {
			begins(Set.of());
			this.end = TransactionEnd.COMMIT_FAILED;
		}
		this.connection.commit();
		if (first) {
			this.end = TransactionEnd.COMMITTED;
			this.spoilt = this.failed;
			this.committed.run();
		}
	}

	private @Nullable Object rollback(Method method, @Nullable Object @Nullable [] savepoint) throws Throwable {
		if (savepoint == null && !endedByMigration(StatementEffect.ROLLBACK) && this.end == TransactionEnd.NONE) {
			this.end = TransactionEnd.ROLLED_BACK;
		}
		return invoke(method, savepoint);
	}

	/** Return how the last transaction has ended, if it has. */
	TransactionEnd end() {
		return this.end;
	}

	/** A transaction begins. The given action runs once it is committed. */
	void begun(Runnable whenCommitted) throws SQLException {
		this.inTransaction = !this.connection.getAutoCommit();
		this.noted = false;
		this.end = TransactionEnd.NONE;
		this.spoilt = true;
		this.committed = whenCommitted;
		this.transaction = null;
	}

	/** A migration begins in the transaction, and may end it itself. */
	void migrates(WatchedTransaction watched) {
		this.transaction = watched;
		this.migrating = true;
	}

	/**
	 * The migration has ended. The next end of the transaction is Flyway's own.
	 * @param failed whether it has failed, so that the transaction is no longer watched
	 * @return whether there is a note about it
	 */
	boolean migrated(boolean failed) {
		if (failed && !this.inTransaction && isOpen()) {
			rollbackOwn();
		}
		this.noted |= this.transaction != null && this.transaction.ends();
		this.migrating = false;
		this.failed |= failed;
		this.spoilt = this.failed || this.inTransaction;
		this.transaction = failed ? null : this.transaction;
		return this.noted;
	}

	/**
	 * A migration outside of a transaction by Flyway has failed. Flyway may go on in the
	 * same session, and would take a transaction left open there for its own. In
	 * autocommit a driver rolls nothing back, not even a transaction begun by SQL.
	 */
	private void rollbackOwn() {
		try {
			this.connection.setAutoCommit(false);
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			logger.debug("The connection is gone together with the migration", ex);
		}
	}

	private @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		return GuardedStatement.call(this.connection, method, arguments);
	}

	/**
	 * A connection that a migration has opened itself is not rolled back here: its pool
	 * commits or rolls back what is open.
	 */
	private void unguard() {
		try {
			if (this.spoilt && !this.connection.getAutoCommit()) {
				this.connection.rollback();
			}
		}
		catch (SQLException ex) {
			logger.debug("The connection is gone, and keeps its record", ex);
		}
		this.lease.sessions().unguard(this.connection);
	}

	private void release() throws SQLException {
		this.handles--;
		if (this.handles == 0) {
			try (this.connection) {
				unguard();
				if (this.spoilt) {
					this.discard.accept(this.connection);
				}
			}
		}
	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Pause;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that the tables of a lock are there, even if many replicas start on one
 * empty database. One of them prepares the schema and creates the tables, and the others
 * find them.
 */
final class LockTableCreator {

	private static final Logger logger = LoggerFactory.getLogger(LockTableCreator.class);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

	/** The number of looks after which the wait is logged, some ten seconds. */
	private static final int SAY_AGAIN = 100;

	/** How often creation is tried if the database rolls it back. */
	private static final int ATTEMPTS = 3;

	private final LockDatabase database;

	private final LockTables tables;

	private final ProtectedSchema target;

	private final boolean mayCreate;

	private final Pause pause;

	private int rolledBack;

	private int looks;

	LockTableCreator(LockDatabase database, LockTables tables, ProtectedSchema target, boolean mayCreate, Pause pause) {
		this.database = database;
		this.tables = tables;
		this.target = target;
		this.mayCreate = mayCreate;
		this.pause = pause;
	}

	/**
	 * Make sure that the tables are there. On PostgreSQL a session that has looked for a
	 * schema before may not see it until its transaction ends, even if it was created
	 * since. A second attempt then finds it.
	 */
	void ensure(Connection connection) throws SQLException, InterruptedException {
		boolean second = false;
		while (!this.tables.areThere(connection)) {
			if (!this.mayCreate) {
				throw this.tables.missingForGood(connection);
			}
			try {
				if (!tryCreateAlone(connection)) {
					if (++this.looks % SAY_AGAIN == 0) {
						logger.info("Waiting for another replica, which is creating the table {}", this.tables.lock());
					}
					this.pause.pause(LOOK_AGAIN);
				}
			}
			catch (LockTableException ex) {
				if (second || ex.getProblem() != LockTableException.Problem.NO_SCHEMA) {
					throw ex;
				}
				second = true;
			}
		}
	}

	private void prepare(Connection connection) throws SQLException {
		this.tables.checkHistory(connection);
		try {
			this.target.prepare().run();
		}
		catch (RuntimeException ex) {
			if (DatabaseCondition.MISSING_RIGHT.isIn(ex) || DatabaseCondition.MISSING_SCHEMA.isIn(ex)) {
				this.tables.refuseHistory(connection, ex);
			}
			throw ex;
		}
	}

	private boolean tryCreateAlone(Connection connection) throws SQLException {
		try {
			return createAlone(connection);
		}
		catch (SQLException | RuntimeException ex) {
			if (!DatabaseCondition.ROLLED_BACK.isIn(ex)) {
				throw ex;
			}
			this.rolledBack++;
			if (this.rolledBack == ATTEMPTS) {
				throw ex;
			}
			return false;
		}
	}

	private boolean createAlone(Connection connection) throws SQLException {
		String right = this.tables.lock();
		boolean alone = true;
		try {
			if (!this.database.tryEnterCreation(connection, right)) {
				return false;
			}
		}
		catch (SQLException ex) {
			if (!DatabaseCondition.UNSUPPORTED.isMeantBy(ex)) {
				throw ex;
			}
			logger.debug("This database has no locks that make creation exclusive", ex);
			alone = false;
		}
		int missing = 0;
		@Nullable SQLException failure = null;
		try {
			missing = this.tables.missing(connection);
			if (missing > 0) {
				prepare(connection);
				this.tables.createMissing(connection);
			}
		}
		catch (SQLException ex) {
			failure = ex;
		}
		finally {
			if (alone) {
				this.database.leaveCreation(connection, right);
			}
		}
		// where creation can't be made exclusive, another replica may have been faster,
		// and may not be done yet
		if (failure != null && this.tables.missing(connection) >= missing) {
			throw failure;
		}
		return true;
	}

}

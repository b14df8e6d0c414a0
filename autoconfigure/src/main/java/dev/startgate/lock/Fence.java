package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import dev.startgate.coordination.LeaseLostException;
import dev.startgate.sql.DatabaseCondition;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * The generation of a lock, which stops earlier holders. It has a row of its own, which a
 * transaction of a holder may lock against the next holder.
 */
final class Fence {

	private final LeaseTable rows;

	private final LockDatabase database;

	Fence(LeaseTable rows, LockDatabase database) {
		this.rows = rows;
		this.database = database;
	}

	/**
	 * Count up the generation while the row of the lease is locked, so that an earlier
	 * holder always has a lower one.
	 * @return the generation, or empty as long as a transaction of an earlier holder
	 * locks it
	 * @throws LeaseLostException if the lease is gone already
	 */
	Optional<Long> countUp(AcquisitionToken token) {
		return this.rows.inTransaction("count up the generation of the lock", (session) -> {
			Optional<Long> generation = lock(session, token).map((last) -> last + 1);
			if (generation.isPresent()) {
				put(session, token, generation.get());
			}
			return generation;
		});
	}

	private Optional<Long> lock(Connection session, AcquisitionToken token) throws SQLException {
		if (!this.rows.isOurs(session, token)) {
			throw new LeaseLostException(this.rows.lockName(), "another replica was faster", false);
		}
		try {
			long last = this.rows.records().generation(session, this.database.exclusively());
			if (last > 0 || this.rows.records().generation(session) == 0) {
				return Optional.of(last);
			}
		}
		catch (SQLException ex) {
			if (!DatabaseCondition.LOCK_NOT_AVAILABLE.isMeantBy(ex)) {
				throw ex;
			}
		}
		session.rollback();
		return Optional.empty();
	}

	/**
	 * Restore the tables after a {@code clean}, with the same token and generation. This
	 * fails if another holder had the lock meanwhile, because nobody has cleared what it
	 * left. The lease is acquired first, so that nobody can count up after the check.
	 * @return the lock anew, or empty if the rows were not lost
	 */
	Optional<SimpleLock> restore(AcquisitionToken token, long generation) {
		this.rows.ensureTables();
		return this.rows.call("restore the lock", (session) -> {
			if (this.rows.isOurs(session, token)) {
				return Optional.empty();
			}
			Optional<SimpleLock> acquired = this.rows.tryAcquire(token);
			if (acquired.isEmpty()) {
				throw new SQLException("another replica has taken the lock meanwhile");
			}
			if (findAnother(session, token, generation).filter((another) -> another > 0).isPresent()) {
				acquired.get().unlock();
				throw new SQLException("another replica has had the lock meanwhile");
			}
			put(session, token, generation);
			return acquired;
		});
	}

	private void put(Connection session, AcquisitionToken token, long generation) throws SQLException {
		this.rows.records().put(session, RecordTable.FENCE, "", generation, token.toString(), null);
		this.rows.records().put(session, RecordTable.PROGRESS, "", generation, token.toString(), null);
	}

	/**
	 * Look whose generation it is, in the transaction of a connection. Nobody counts up
	 * before that transaction ends, if the database can prevent it. The token is compared
	 * too: after a {@code clean} two holders may have had the same number.
	 * @return the generation of another holder, 0 if there is none, empty if it is that
	 * of this one
	 */
	Optional<Long> findAnother(Connection work, AcquisitionToken token, long own) throws SQLException {
		try {
			return this.rows.records().generationOfAnother(work, token, own, this.database.shared(work));
		}
		catch (SQLException ex) {
			this.rows.explain(ex);
			throw ex;
		}
	}

}

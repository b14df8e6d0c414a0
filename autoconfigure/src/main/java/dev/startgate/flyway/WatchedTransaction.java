package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import dev.startgate.coordination.Lease;

/**
 * The transaction that a migration was given. A migration may end it by itself: a script
 * that says {@code COMMIT}, a Java migration that commits. What it commits is noted
 * before, because it can't be rolled back any more, and what it does next is fenced anew.
 */
final class WatchedTransaction {

	private final Connection connection;

	private final Lease lease;

	private final Runnable note;

	private boolean noted;

	private boolean fenced = true;

	/**
	 * Watch a transaction that has just been fenced.
	 * @param connection its connection
	 * @param lease the lease
	 * @param noted whether a note about the migration has been written
	 * @param note writes it
	 */
	WatchedTransaction(Connection connection, Lease lease, boolean noted, Runnable note) {
		this.connection = connection;
		this.lease = lease;
		this.noted = noted;
		this.note = note;
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
	 * Return whether there is a note about the migration, so that a part of it may be
	 * committed.
	 */
	boolean isNoted() {
		return this.noted;
	}

}

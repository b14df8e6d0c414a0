package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction around a statement and the note about it, where the script has none open.
 */
final class OwnTransaction {

	private final Connection connection;

	private boolean open;

	OwnTransaction(Connection connection) {
		this.connection = connection;
	}

	boolean isOpen() {
		return this.open;
	}

	void begin() throws SQLException {
		if (!this.open) {
			this.connection.setAutoCommit(false);
			this.open = true;
		}
	}

	/**
	 * End the transaction, which commits it.
	 */
	void end() throws SQLException {
		if (this.open) {
			this.open = false;
			this.connection.setAutoCommit(true);
		}
	}

	void rollback() throws SQLException {
		if (this.open) {
			this.connection.rollback();
			end();
		}
	}

}

package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction of a statement, with the note about it, where the script has none.
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
	 * End it, which commits what it has.
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

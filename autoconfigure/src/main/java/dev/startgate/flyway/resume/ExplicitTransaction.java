package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;

/**
 * A transaction that the script itself, or a routine that it has called, has begun while
 * Flyway has none open.
 */
final class ExplicitTransaction {

	private final Connection connection;

	private final ScriptDatabase database;

	private boolean open;

	ExplicitTransaction(Connection connection, ScriptDatabase database) {
		this.connection = connection;
		this.database = database;
	}

	boolean isOpen() {
		return this.open;
	}

	/**
	 * A statement was executed.
	 * @param unknown whether only the server can tell whether it has begun one
	 */
	void after(ScriptStatement statement, boolean unknown) throws SQLException {
		Role role = statement.role();
		if (role == Role.ALONE || role == Role.AGAIN) {
			// MySQL and MariaDB commit what is open, even if the script has begun it
			this.open &= this.database.isTransactional();
		}
		else if (role == Role.BEGINS) {
			this.open = this.connection.getAutoCommit();
		}
		else if (role == Role.COMMITS || role == Role.ROLLS_BACK) {
			this.open &= statement.has(Trait.BLINDS);
		}
		else if (unknown && !this.database.isTransactional() && this.connection.getAutoCommit()) {
			this.open = this.database.isLeftOpen(this.connection);
		}
	}

	void rollback() throws SQLException {
		if (this.open) {
			try (Statement statement = this.connection.createStatement()) {
				statement.execute("rollback");
			}
		}
	}

}

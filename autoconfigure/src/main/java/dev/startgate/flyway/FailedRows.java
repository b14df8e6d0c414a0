package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import dev.startgate.gate.Lease;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.FlywaySqlException;

/**
 * The rows of a history that say that a migration has failed. Flyway's own
 * {@code repair()} removes them too, but also gives applied migrations the checksums that
 * their files have now, and marks as deleted those that have no file.
 */
final class FailedRows {

	private final LockSource connections;

	private final LockTarget target;

	FailedRows(LockSource connections, LockTarget target) {
		this.connections = connections;
		this.target = target;
	}

	/**
	 * Remove the row of one migration, so that it is pending again. A row that says
	 * anything else by now stays.
	 * @param lease the lease, which no later holder gets meanwhile
	 * @param failed the migration
	 */
	void remove(Lease lease, MigrationInfo failed) {
		try {
			this.connections.lend(this.target, (connection) -> {
				lease.guard(connection);
				lease.fence(connection);
				delete(connection, failed.getInstalledRank());
				connection.commit();
				connection.setAutoCommit(true);
				lease.unguard(connection);
			});
		}
		catch (SQLException ex) {
			throw new FlywaySqlException("Unable to remove the row of a failed migration", ex);
		}
	}

	private void delete(Connection connection, int rank) throws SQLException {
		String quote = connection.getMetaData().getIdentifierQuoteString().trim();
		String sql = "delete from " + HistoryRows.table(this.target, connection) + " where " + quote + "installed_rank"
				+ quote + " = ? and " + quote + "success" + quote + " = ?";
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setInt(1, rank);
			statement.setBoolean(2, false);
			statement.executeUpdate();
		}
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.api.MigrationInfo;

/**
 * The rows of a history that say that a migration has failed. Flyway's own
 * {@code repair()} removes them too, but also gives applied migrations the checksums that
 * their files have now, and marks as deleted those that have no file.
 */
final class FailedRows {

	private final LockFactory connections;

	private final ProtectedSchema target;

	FailedRows(LockFactory connections, ProtectedSchema target) {
		this.connections = connections;
		this.target = target;
	}

	/**
	 * Remove the row of one migration, so that it is pending again. The row stays if it
	 * says anything else by now.
	 * @param lease the lease, fenced so that no later holder begins meanwhile
	 * @param failed the migration
	 */
	void remove(Lease lease, MigrationInfo failed) {
		try {
			this.connections.lend(this.target, (connection) -> {
				lease.sessions().guard(connection);
				lease.sessions().fence(connection);
				delete(connection, failed.getInstalledRank());
				connection.commit();
				connection.setAutoCommit(true);
				lease.sessions().unguard(connection);
			});
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to remove the row of a failed migration", ex);
		}
	}

	private void delete(Connection connection, int rank) throws SQLException {
		Identifiers identifiers = Identifiers.of(connection);
		String sql = "delete from " + HistoryRows.table(this.target, connection) + " where "
				+ identifiers.quoted("installed_rank") + " = ? and " + identifiers.quoted("success") + " = ?";
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setInt(1, rank);
			statement.setBoolean(2, false);
			statement.executeUpdate();
		}
	}

}

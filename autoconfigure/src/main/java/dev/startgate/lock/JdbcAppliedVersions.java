package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import dev.startgate.gate.AppliedVersions;
import dev.startgate.gate.Lease;
import dev.startgate.gate.LockTarget;
import org.jspecify.annotations.Nullable;

/**
 * Versions of metadata in the record table.
 */
final class JdbcAppliedVersions implements AppliedVersions {

	private final LockSettings settings;

	private final LockTarget target;

	JdbcAppliedVersions(LockSettings settings, LockTarget target) {
		this.settings = settings;
		this.target = target;
	}

	@Override
	public Map<String, String> read() {
		try {
			if (this.target.initSql() == null) {
				try (Connection connection = this.target.dataSource().getConnection()) {
					return read(connection);
				}
			}
			try (LeaseConnection own = ownConnection()) {
				return read(own.getConnection());
			}
		}
		catch (SQLException ex) {
			throw Sql.translate("read which metadata was applied", ex);
		}
	}

	private Map<String, String> read(Connection connection) throws SQLException {
		Records records = records(connection);
		return (records != null) ? records.details(connection, Records.METADATA) : Map.of();
	}

	@Override
	public void apply(String source, String version, Lease lease, Application application) throws Exception {
		try (LeaseConnection own = ownConnection()) {
			Connection connection = own.getConnection();
			lease.guard(connection);
			connection.setAutoCommit(false);
			lease.fence(connection);
			application.apply(connection);
			Records records = records(connection);
			if (records == null) {
				throw new SQLException("The tables of the lock are gone");
			}
			lease.ensureHeld();
			records.put(connection, Records.METADATA, source, lease.holder().generation(), lease.holder().replica(),
					version);
			connection.commit();
			connection.setAutoCommit(true);
			lease.unguard(connection);
		}
	}

	/**
	 * A connection of ours: neither do the statements of the application's initialization
	 * leak into its pool, nor may an unfinished transaction.
	 */
	private LeaseConnection ownConnection() throws SQLException {
		return LeaseConnection.of(this.target.dataSource(), this.target.initSql(), Duration.ZERO);
	}

	private @Nullable Records records(Connection connection) throws SQLException {
		LockDatabase database = LockDatabases.of(connection);
		LockTables tables = LockTables.of(this.settings, this.target, database, connection);
		return tables.areThere(connection) ? new Records(tables, database) : null;
	}

}

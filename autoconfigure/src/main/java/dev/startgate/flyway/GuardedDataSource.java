package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.startgate.gate.Lease;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Names every connection that Flyway opens to the lease: also the one with Flyway's own
 * lock, on which it would wait without end for a database that has vanished.
 */
final class GuardedDataSource extends DelegatingDataSource {

	private final Lease lease;

	GuardedDataSource(DataSource application, Lease lease) {
		super(application);
		this.lease = lease;
	}

	/**
	 * Return the application's own data source, if this is a guarded one.
	 */
	static DataSource original(DataSource dataSource) {
		return (dataSource instanceof GuardedDataSource guarded) ? guarded.obtainTargetDataSource() : dataSource;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return guard(super.getConnection());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return guard(super.getConnection(username, password));
	}

	private Connection guard(Connection connection) throws SQLException {
		try {
			this.lease.guard(connection);
			return connection;
		}
		catch (RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

}

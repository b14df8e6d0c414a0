package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import dev.startgate.coordination.Lease;
import dev.startgate.pool.LendingPools;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Names every connection that Flyway opens to the lease: also the one with Flyway's own
 * lock, on which it would wait without end for a database that has vanished.
 * <p>
 * On PostgreSQL all of them may be one, so that a migration and its row in the history
 * are one transaction. With two, as Flyway has them, a process that ends between the two
 * commits leaves one without the other.
 */
final class GuardedDataSource extends DelegatingDataSource {

	private final Lease lease;

	private final boolean mayShare;

	private @Nullable GuardedConnection shared;

	private final List<GuardedConnection> opened = new CopyOnWriteArrayList<>();

	private volatile boolean apart;

	private volatile @Nullable String product;

	/**
	 * Create a data source for one Flyway.
	 * @param application the data source of the application
	 * @param lease the lease
	 * @param mayShare whether Flyway has no transaction open around those of migrations
	 */
	GuardedDataSource(DataSource application, Lease lease, boolean mayShare) {
		super(application);
		this.lease = lease;
		this.mayShare = mayShare;
	}

	/**
	 * Return the application's own data source, if this is a guarded one.
	 */
	static DataSource original(DataSource dataSource) {
		return (dataSource instanceof GuardedDataSource guarded) ? guarded.obtainTargetDataSource() : dataSource;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (!this.apart && this.shared != null && this.shared.isOpen()) {
			return this.shared.handle();
		}
		Connection connection = super.getConnection();
		GuardedConnection guarded = guard(connection);
		this.product = connection.getMetaData().getDatabaseProductName();
		if (!this.apart && this.mayShare && "PostgreSQL".equals(this.product)) {
			this.shared = guarded;
		}
		return guarded.handle();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return guard(super.getConnection(username, password)).handle();
	}

	/**
	 * What is set on a session in a transaction would end with it. Flyway itself switches
	 * autocommit on later.
	 */
	private GuardedConnection guard(Connection connection) throws SQLException {
		try {
			boolean autoCommit = connection.getAutoCommit();
			if (!autoCommit) {
				connection.setAutoCommit(true);
			}
			this.lease.sessions().guard(connection);
			if (!autoCommit) {
				connection.setAutoCommit(false);
			}
			GuardedConnection guarded = new GuardedConnection(connection, this.lease,
					(spoilt) -> LendingPools.discard(obtainTargetDataSource(), spoilt));
			this.opened.removeIf((one) -> !one.isOpen());
			this.opened.add(guarded);
			return guarded;
		}
		catch (SQLException | RuntimeException ex) {
			try (connection) {
				this.lease.sessions().unguard(connection);
			}
			throw ex;
		}
	}

	/**
	 * Return whether all of them are one, so that nothing is recorded without being done,
	 * or done without being recorded.
	 */
	boolean isShared() {
		return this.shared != null;
	}

	/**
	 * Return whether Flyway has no other connection, so that a migration and its row in
	 * the history are one transaction.
	 */
	static boolean isAlone(Context context, @Nullable GuardedConnection connection) {
		return context.getConfiguration().getDataSource() instanceof GuardedDataSource guarded
				&& guarded.opened.stream().allMatch((one) -> one == connection || !one.isOpen());
	}

	/**
	 * Return what its driver calls the database, {@code null} before the first
	 * connection.
	 */
	@Nullable String product() {
		return this.product;
	}

	/**
	 * What a migration opens by itself is not the transaction that it runs in.
	 */
	static void keepApart(Event event, Context context) {
		if (context.getConfiguration().getDataSource() instanceof GuardedDataSource guarded
				&& (event == Event.BEFORE_EACH_MIGRATE || event == Event.AFTER_EACH_MIGRATE
						|| event == Event.AFTER_EACH_MIGRATE_ERROR)) {
			guarded.apart = event == Event.BEFORE_EACH_MIGRATE;
		}
	}

}

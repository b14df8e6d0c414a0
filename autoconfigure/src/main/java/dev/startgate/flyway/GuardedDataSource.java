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
 * Lets the lease guard every connection that Flyway opens. This includes the one with
 * Flyway's own lock, on which Flyway would wait forever for a database that has vanished.
 * <p>
 * On PostgreSQL one connection may serve for all of them, so that a migration and its row
 * in the history are one transaction. With Flyway's usual two connections, a process that
 * ends between the two commits leaves one without the other.
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
	 * @param mayShare whether one connection may serve for all, because Flyway has no
	 * transaction open around those of migrations
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
	 * Settings that a session gets in a transaction would end with it, and Flyway
	 * switches autocommit on only later. So it is on while they are made.
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
	 * Return whether one connection serves for all, so that nothing is recorded without
	 * being done, or done without being recorded.
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
	 * Return the product name of the database, {@code null} before the first connection.
	 */
	@Nullable String product() {
		return this.product;
	}

	/**
	 * A connection that a migration opens itself must not be the one that it runs in.
	 */
	static void keepApart(Event event, Context context) {
		if (context.getConfiguration().getDataSource() instanceof GuardedDataSource guarded
				&& (event == Event.BEFORE_EACH_MIGRATE || event == Event.AFTER_EACH_MIGRATE
						|| event == Event.AFTER_EACH_MIGRATE_ERROR)) {
			guarded.apart = event == Event.BEFORE_EACH_MIGRATE;
		}
	}

}

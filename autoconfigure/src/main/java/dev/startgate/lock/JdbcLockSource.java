package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.gate.AppliedVersions;
import dev.startgate.gate.LeaseListener;
import dev.startgate.gate.Lock;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Threads;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;

/**
 * Opens locks in databases.
 */
public final class JdbcLockSource implements LockSource {

	private final LockSettings settings;

	private final Time time;

	private final Pause pause;

	private final Threads threads;

	private final LeaseListener listener;

	private final AtomicBoolean deniedSaid = new AtomicBoolean();

	/**
	 * Create a new source.
	 * @param settings how locks are kept
	 * @param time the time
	 * @param pause the pause while another replica creates the tables
	 * @param threads renew leases and watch over them
	 * @param listener told how a lease of this replica fares
	 */
	public JdbcLockSource(LockSettings settings, Time time, Pause pause, Threads threads, LeaseListener listener) {
		this.settings = settings;
		this.time = time;
		this.pause = pause;
		this.threads = threads;
		this.listener = listener;
	}

	@Override
	public Lock open(LockTarget target) {
		LeaseConnection connection = null;
		try {
			connection = LeaseConnection.of(target.dataSource(), target.initSql(), this.settings.renewal());
			return open(target, connection);
		}
		catch (SQLException ex) {
			close(connection);
			throw Sql.translate("open the lock of '" + target.table() + "'", ex);
		}
		catch (InterruptedException ex) {
			close(connection);
			Thread.currentThread().interrupt();
			throw new LockFailedException("open the lock of '" + target.table() + "'", ex);
		}
		catch (RuntimeException ex) {
			close(connection);
			throw ex;
		}
	}

	private Lock open(LockTarget target, LeaseConnection connection) throws SQLException, InterruptedException {
		Connection session = connection.getConnection();
		LockDatabase database = LockDatabases.of(session);
		LockTables tables = LockTables.of(this.settings, target, database, session);
		TableCreation creation = new TableCreation(database, tables, target, this.settings.createTables(), this.pause);
		if (!this.settings.readOnly()) {
			connection.ensureTwoMore();
			database.ensureWritable(session);
			creation.ensure(session);
			tables.checkRights(session);
		}
		LockRows rows = new LockRows(this.settings, connection, database, tables, creation, this.time);
		return new JdbcLock(this.settings, connection, database, rows, this.time, this.threads, this.listener);
	}

	private static void close(@Nullable LeaseConnection connection) {
		if (connection != null) {
			connection.close();
		}
	}

	@Override
	public void lend(LockTarget target, Use use) throws SQLException {
		try (LeaseConnection own = LeaseConnection.of(target.dataSource(), target.initSql(), Duration.ZERO)) {
			Connection connection = own.getConnection();
			connection.setAutoCommit(false);
			use.on(connection);
		}
	}

	@Override
	public String grantee(Connection connection) throws SQLException {
		return LockDatabases.of(connection).grantee(connection);
	}

	@Override
	public AppliedVersions appliedVersions(LockTarget target) {
		return new JdbcAppliedVersions(this.settings, target, this.pause, this.deniedSaid);
	}

}

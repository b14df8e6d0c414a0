package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.LeaseListener;
import dev.startgate.gate.Pause;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;

/**
 * Opens locks in databases.
 */
public final class JdbcLockFactory implements LockFactory {

	private final LockSettings settings;

	private final Time time;

	private final Pause pause;

	private final StartExecutors threads;

	private final LeaseListener listener;

	private final AtomicBoolean deniedSaid = new AtomicBoolean();

	/**
	 * Create a new factory.
	 * @param settings how locks are kept
	 * @param time the time
	 * @param pause the pause while another replica creates the tables
	 * @param threads renew leases and watch over them
	 * @param listener told how a lease of this replica fares
	 */
	public JdbcLockFactory(LockSettings settings, Time time, Pause pause, StartExecutors threads,
			LeaseListener listener) {
		this.settings = settings;
		this.time = time;
		this.pause = pause;
		this.threads = threads;
		this.listener = listener;
	}

	@Override
	public Lock open(ProtectedSchema target) {
		LockSession connection = null;
		try {
			connection = LockSession.of(target.dataSource(), target.initialization(), this.settings.renewal());
			return open(target, connection);
		}
		catch (SQLException ex) {
			close(connection);
			throw SqlFailures.translate("open the lock of '" + target.table() + "'", ex);
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

	private Lock open(ProtectedSchema target, LockSession connection) throws SQLException, InterruptedException {
		Connection session = connection.getConnection();
		LockDatabase database = LockDatabases.of(session);
		LockTables tables = LockTables.of(this.settings, target, database, session);
		LockTableCreator creation = new LockTableCreator(database, tables, target, this.settings.createTables(),
				this.pause);
		if (!this.settings.readOnly()) {
			connection.ensureTwoMore();
			database.ensureWritable(session);
			creation.ensure(session);
			tables.checkRights(session);
		}
		LeaseTable rows = new LeaseTable(this.settings, connection, database, tables, creation, this.time);
		return new JdbcLock(this.settings, connection, database, rows, this.time, this.threads, this.listener);
	}

	private static void close(@Nullable LockSession connection) {
		if (connection != null) {
			connection.close();
		}
	}

	@Override
	public void lend(ProtectedSchema target, Use use) throws SQLException {
		LockSession own = LockSession.of(target.dataSource(), target.initialization(), Duration.ZERO);
		try {
			Connection connection = own.getConnection();
			connection.setAutoCommit(false);
			use.on(connection);
		}
		finally {
			own.closeSoon();
		}
	}

	@Override
	public String grantee(Connection connection) throws SQLException {
		return LockDatabases.of(connection).grantee(connection);
	}

	@Override
	public AppliedVersions appliedVersions(ProtectedSchema target) {
		return new JdbcAppliedVersions(this.settings, target, this.pause, this.deniedSaid);
	}

}

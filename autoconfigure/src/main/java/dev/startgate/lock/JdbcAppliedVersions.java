package dev.startgate.lock;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Pause;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions of metadata in the record table.
 */
final class JdbcAppliedVersions implements AppliedVersions {

	private static final Logger logger = LoggerFactory.getLogger(JdbcAppliedVersions.class);

	private static final int ATTEMPTS = 10;

	private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

	private final LockSettings settings;

	private final ProtectedSchema target;

	private final Pause pause;

	private final AtomicBoolean deniedSaid;

	JdbcAppliedVersions(LockSettings settings, ProtectedSchema target, Pause pause, AtomicBoolean deniedSaid) {
		this.deniedSaid = deniedSaid;
		this.pause = pause;
		this.settings = settings;
		this.target = target;
	}

	@Override
	public Optional<Map<String, String>> read() {
		try {
			if (this.target.initialization() == null) {
				try (Connection connection = this.target.dataSource().getConnection()) {
					return Optional.of(read(connection));
				}
			}
			try (LockSession own = ownConnection()) {
				return Optional.of(read(own.getConnection()));
			}
		}
		catch (SQLException ex) {
			if (this.settings.readOnly() && DatabaseCondition.MISSING_RIGHT.isIn(ex)) {
				if (this.deniedSaid.compareAndSet(false, true)) {
					logger.warn(
							"Versions of metadata are not waited for, and builds not compared, because they may not be read: {}",
							SqlFailures.answer(ex));
				}
				return Optional.empty();
			}
			throw SqlFailures.translate("read which versions were applied", ex);
		}
	}

	private Map<String, String> read(Connection connection) throws SQLException {
		RecordTable records = records(connection);
		return (records != null) ? records.details(connection, RecordTable.METADATA) : Map.of();
	}

	/**
	 * Metadata that lives elsewhere may be applied although our connection broke
	 * meanwhile, or was idle for too long. The version is then recorded on another
	 * connection.
	 */
	@Override
	public void apply(String source, String version, Lease lease, Application application) throws Exception {
		ObservedConnection observed = new ObservedConnection();
		try {
			record(source, version, lease, (connection) -> {
				application.apply(observed.lend(connection));
				observed.takeBack();
			});
		}
		catch (SQLException | DatabaseUnreachableException ex) {
			boolean gone = DatabaseUnreachableException.isCausing(ex) || DatabaseCondition.IDLE_IN_TRANSACTION.isIn(ex);
			if (!observed.isUntouched() || !gone) {
				throw ex;
			}
			logger.info("The connection broke while '{}' was applied, which is recorded on another one", source);
			recordAgain(source, version, lease, ATTEMPTS);
		}
	}

	private void recordAgain(String source, String version, Lease lease, int attempts) throws Exception {
		try {
			record(source, version, lease, (connection) -> {
			});
		}
		catch (SQLException | DatabaseUnreachableException ex) {
			if (attempts == 1 || !DatabaseUnreachableException.isCausing(ex)) {
				throw ex;
			}
			this.pause.pause(BETWEEN_ATTEMPTS);
			recordAgain(source, version, lease, attempts - 1);
		}
	}

	private void record(String source, String version, Lease lease, Application application) throws Exception {
		try (LockSession own = ownConnection()) {
			Connection connection = own.getConnection();
			lease.sessions().guard(connection);
			connection.setAutoCommit(false);
			try {
				record(connection, source, version, lease, application);
				connection.commit();
				connection.setAutoCommit(true);
			}
			catch (Exception ex) {
				rollBack(connection, ex);
				throw ex;
			}
			finally {
				lease.sessions().unguard(connection);
			}
		}
	}

	/**
	 * Find the tables before the application runs, because it may leave another current
	 * schema.
	 */
	private void record(Connection connection, String source, String version, Lease lease, Application application)
			throws Exception {
		lease.sessions().fence(connection);
		RecordTable records = records(connection);
		if (records == null) {
			throw new SQLException("The tables of the lock are gone");
		}
		application.apply(connection);
		if (connection.getAutoCommit()) {
			connection.setAutoCommit(false);
		}
		lease.ensureHeld();
		// a collation may ignore case, so that an update would keep a former name
		records.erase(connection, RecordTable.METADATA, source);
		records.put(connection, RecordTable.METADATA, source, lease.holder().generation(), lease.holder().replica(),
				version);
	}

	private static void rollBack(Connection connection, Exception failure) {
		try {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		catch (SQLException broken) {
			failure.addSuppressed(broken);
		}
	}

	/**
	 * Return a connection of our own. Neither the statements of the application's
	 * initialization nor an unfinished transaction may leak into its pool.
	 */
	private LockSession ownConnection() throws SQLException {
		return LockSession.of(this.target.dataSource(), this.target.initialization(), Duration.ZERO);
	}

	private @Nullable RecordTable records(Connection connection) throws SQLException {
		LockDatabase database = LockDatabases.of(connection);
		LockTables tables = LockTables.of(this.settings, this.target, database, connection);
		return tables.hasRecords(connection) ? new RecordTable(tables, database) : null;
	}

	/**
	 * A connection that is lent, and records whether it was used.
	 */
	private static final class ObservedConnection {

		private volatile boolean used;

		private volatile boolean returned;

		/**
		 * Return the connection to lend, which records each use.
		 */
		Connection lend(Connection connection) {
			return (Connection) Proxy.newProxyInstance(ObservedConnection.class.getClassLoader(),
					new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
						this.used |= method.getDeclaringClass() != Object.class;
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

		void takeBack() {
			this.returned = true;
		}

		/**
		 * Return whether the connection was taken back unused.
		 */
		boolean isUntouched() {
			return this.returned && !this.used;
		}

	}

}

package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.startgate.sql.DatabaseCondition;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The row of a lease, which ShedLock writes.
 */
final class LeaseRow {

	private final LeaseTable rows;

	private final LockTables tables;

	private final LockDatabase database;

	LeaseRow(LeaseTable rows, LockTables tables, LockDatabase database) {
		this.rows = rows;
		this.tables = tables;
		this.database = database;
	}

	/**
	 * Try to acquire the lease, with a new provider for each token: ShedLock renews and
	 * releases by nothing but the value of {@code locked_by}, which belongs to the
	 * provider.
	 */
	Optional<SimpleLock> acquire(AcquisitionToken token, LockSession connection, Duration lease, Instant now) {
		JdbcTemplateLockProvider provider = new JdbcTemplateLockProvider(
				JdbcTemplateLockProvider.Configuration.builder()
					.withJdbcTemplate(new JdbcTemplate(connection))
					.withTableName(this.tables.lock())
					.withLockedByValue(token.toString())
					.usingDbTime()
					.build());
		try {
			return provider.lock(new LockConfiguration(now, this.tables.lockName(), lease, Duration.ZERO));
		}
		catch (RuntimeException ex) {
			// ShedLock, Spring's transactions or its data access may throw it: what
			// counts is whether the database could be reached
			connection.discard(null);
			throw SqlFailures.translate("acquire the lock '" + this.tables.lockName() + "'", ex);
		}
	}

	/**
	 * Return whether an acquisition has the lease. Inside a transaction this locks the
	 * row until the end, by an update that changes nothing. Some drivers do not count
	 * such an update ({@code useAffectedRows} on MySQL and MariaDB), so a query follows.
	 */
	boolean isOurs(Connection session, AcquisitionToken token) throws SQLException {
		String ours = " where name = ? and locked_by = ? and lock_until > " + this.database.now();
		return isOne(session, "update " + this.tables.lock() + " set locked_by = locked_by" + ours, token)
				|| isOne(session, "select 1 from " + this.tables.lock() + ours + this.database.shared(session), token);
	}

	private boolean isOne(Connection session, String sql, AcquisitionToken token) throws SQLException {
		try (PreparedStatement statement = session.prepareStatement(sql)) {
			statement.setString(1, this.rows.lockName());
			statement.setString(2, token.toString());
			if (!statement.execute()) {
				return statement.getUpdateCount() == 1;
			}
			try (ResultSet row = statement.getResultSet()) {
				return row.next();
			}
		}
	}

	/**
	 * Return the token of a holder whose lease has run out, if its row is locked.
	 */
	Optional<String> locked() {
		return this.rows.call("look whether the lock is locked", (session) -> {
			try (PreparedStatement statement = session.prepareStatement("select locked_by from " + this.tables.lock()
					+ " where name = ? and lock_until <= " + this.database.now() + this.database.exclusively())) {
				statement.setString(1, this.rows.lockName());
				try (ResultSet row = statement.executeQuery()) {
					if (row.next()) {
						return Optional.empty();
					}
				}
			}
			catch (SQLException ex) {
				if (!DatabaseCondition.LOCK_NOT_AVAILABLE.isMeantBy(ex)) {
					throw ex;
				}
			}
			return token(session);
		});
	}

	private Optional<String> token(Connection session) throws SQLException {
		try (PreparedStatement statement = session.prepareStatement("select locked_by from " + this.tables.lock()
				+ " where name = ? and lock_until <= " + this.database.now())) {
			statement.setString(1, this.rows.lockName());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
			}
		}
	}

	/**
	 * Take the lock away from a holder that is gone.
	 */
	void expire(String token) {
		this.rows.call("take over the lock", (session) -> {
			try (PreparedStatement statement = session
				.prepareStatement("update " + this.tables.lock() + " set lock_until = " + this.database.now()
						+ " where name = ? and locked_by = ? and lock_until > " + this.database.now())) {
				statement.setString(1, this.rows.lockName());
				statement.setString(2, token);
				return statement.executeUpdate() == 1;
			}
		});
	}

}

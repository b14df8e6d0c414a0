package dev.startgate.lock;

import java.time.Duration;
import java.util.Optional;

import dev.startgate.gate.Time;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Attempts to acquire a lease from ShedLock.
 */
final class Acquisition {

	private final LockSession connection;

	private final LockTables tables;

	private final Duration lease;

	private final Time time;

	Acquisition(LockSession connection, LockTables tables, Duration lease, Time time) {
		this.connection = connection;
		this.tables = tables;
		this.lease = lease;
		this.time = time;
	}

	/**
	 * Try to acquire, with a new provider for each token: ShedLock renews and releases by
	 * nothing but the value of {@code locked_by}, which belongs to the provider.
	 */
	Optional<SimpleLock> attempt(AcquisitionToken token) {
		JdbcTemplateLockProvider provider = new JdbcTemplateLockProvider(
				JdbcTemplateLockProvider.Configuration.builder()
					.withJdbcTemplate(new JdbcTemplate(this.connection))
					.withTableName(this.tables.lock())
					.withLockedByValue(token.toString())
					.usingDbTime()
					.build());
		try {
			return provider
				.lock(new LockConfiguration(this.time.instant(), this.tables.lockName(), this.lease, Duration.ZERO));
		}
		catch (RuntimeException ex) {
			// ShedLock, Spring's transactions or its data access may throw it: what
			// counts is whether the database could be reached
			this.connection.discard(null);
			throw SqlFailures.translate("acquire the lock '" + this.tables.lockName() + "'", ex);
		}
	}

}

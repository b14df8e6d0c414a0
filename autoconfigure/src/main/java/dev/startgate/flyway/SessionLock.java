package dev.startgate.flyway;

import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

import org.springframework.util.ClassUtils;

/**
 * Lets Flyway hold its own lock on PostgreSQL by a session. By default Flyway holds it by
 * a transaction on a second connection, because poolers may share sessions.
 * {@code CREATE INDEX CONCURRENTLY} waits for that transaction for ever.
 */
final class SessionLock {

	private static final boolean POSTGRESQL = ClassUtils.isPresent(
			"org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension", SessionLock.class.getClassLoader());

	private SessionLock() {
	}

	/**
	 * Use a lock by a session, unless the application has chosen one by a transaction. A
	 * configuration does not show that choice. Whenever Flyway copies it, or reads it
	 * from a map, the environment or a file, an open choice becomes a lock by a
	 * transaction.
	 * @param copy the configuration to change
	 * @param byTransaction whether the application has chosen a lock by a transaction
	 * @return whether Flyway's lock on PostgreSQL is one of a session
	 */
	static boolean use(ClassicConfiguration copy, boolean byTransaction) {
		return POSTGRESQL && PostgreSql.use(copy, byTransaction);
	}

	/**
	 * Use a lock by a transaction, whose end releases it.
	 * @param copy the configuration to change
	 */
	static void useTransaction(ClassicConfiguration copy) {
		if (POSTGRESQL) {
			PostgreSql.useTransaction(copy);
		}
	}

	/**
	 * A class of its own, because Flyway's support for PostgreSQL is optional.
	 */
	private static final class PostgreSql {

		static boolean use(ClassicConfiguration copy, boolean byTransaction) {
			PostgreSQLConfigurationExtension extension = FlywayInternals.plugin(copy,
					PostgreSQLConfigurationExtension.class);
			if (!byTransaction) {
				extension.setTransactionalLock(false);
			}
			return !extension.isTransactionalLock();
		}

		static void useTransaction(ClassicConfiguration copy) {
			FlywayInternals.plugin(copy, PostgreSQLConfigurationExtension.class).setTransactionalLock(true);
		}

	}

}

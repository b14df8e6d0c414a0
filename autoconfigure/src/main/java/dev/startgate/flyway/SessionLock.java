package dev.startgate.flyway;

import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

import org.springframework.util.ClassUtils;

/**
 * Lets Flyway keep its own lock on PostgreSQL by a session. By default it keeps it by a
 * transaction on a second connection, because of poolers that do not keep sessions apart;
 * {@code CREATE INDEX CONCURRENTLY} waits for that transaction for ever.
 */
final class SessionLock {

	private static final boolean POSTGRESQL = ClassUtils.isPresent(
			"org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension", SessionLock.class.getClassLoader());

	private SessionLock() {
	}

	/**
	 * Use it, unless the application has chosen the other one. A configuration does not
	 * tell that: whenever Flyway copies one, or reads it from a map, from the environment
	 * or from a file, it turns a lock that was left open into one by a transaction.
	 * @param copy the configuration to change
	 * @param byTransaction whether the application has chosen a lock by a transaction
	 * @return whether Flyway's lock on PostgreSQL is one of a session
	 */
	static boolean use(ClassicConfiguration copy, boolean byTransaction) {
		return POSTGRESQL && PostgreSql.use(copy, byTransaction);
	}

	/**
	 * Use a lock by a transaction, which ends with it.
	 * @param copy the configuration to change
	 */
	static void useTransaction(ClassicConfiguration copy) {
		if (POSTGRESQL) {
			PostgreSql.useTransaction(copy);
		}
	}

	/**
	 * Apart, because Flyway's support for PostgreSQL is optional.
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

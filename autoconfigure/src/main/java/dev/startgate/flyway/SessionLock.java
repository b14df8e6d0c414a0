package dev.startgate.flyway;

import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
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
	 * Use it, unless the application has chosen itself.
	 * @return whether Flyway's lock on PostgreSQL is one of a session
	 */
	static boolean use(FluentConfiguration copy, Configuration application) {
		return POSTGRESQL && PostgreSql.use(copy, application);
	}

	/**
	 * Apart, because Flyway's support for PostgreSQL is optional.
	 */
	private static final class PostgreSql {

		static boolean use(FluentConfiguration copy, Configuration application) {
			PostgreSQLConfigurationExtension chosen = extension(application);
			if (chosen.getTransactional() == null || chosen.getTransactional().getLock() == null) {
				extension(copy).setTransactionalLock(false);
			}
			return !extension(copy).isTransactionalLock();
		}

		private static PostgreSQLConfigurationExtension extension(Configuration configuration) {
			return configuration.getPluginRegister().getExact(PostgreSQLConfigurationExtension.class);
		}

	}

}

package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.coordination.DatabaseUnreachableException;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.SpringProperties;

/**
 * Analyzes a database that could not be reached in time.
 */
class DatabaseUnreachableFailureAnalyzer extends StartgateAnalyzer<DatabaseUnreachableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DatabaseUnreachableException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", switch (cause.getReason()) {
			case UNREACHABLE ->
				"Check that the database runs, and the address in 'spring.flyway.url' or 'spring.datasource.url'. "
						+ "If it only needs longer to start, set 'startgate.database.max-wait' to more."
						+ (isTraining() ? " This run is to end before the application starts ('spring.context.exit'): "
								+ "with 'startgate.timing=after-web-server' it needs no database." : "");
			case REFUSED ->
				"Check the user, the password and the name of the database: 'spring.flyway.user', 'spring.flyway.password' and "
						+ "'spring.flyway.url', else 'spring.datasource.username', 'spring.datasource.password' and 'spring.datasource.url'. "
						+ "Check that the user is allowed to connect to it, too. If the user or the database is created later, start this replica again after that. "
						+ "A replica that must not migrate can wait for it with 'startgate.mode=wait'.";
			case FULL ->
				"A replica that starts needs the connections of its pool, one for its lease, and one more for a moment. "
						+ "Let the database accept more ('max_connections', or the limit of this user), lower "
						+ "'spring.datasource.hikari.maximum-pool-size', or start fewer replicas at a time. If other connections "
						+ "end later, set 'startgate.database.max-wait' to more.";
			case POOL_EMPTY -> "Flyway needs two connections at a time: set the maximum size of the pool to 2 or more "
					+ "('spring.datasource.hikari.maximum-pool-size', 'spring.datasource.tomcat.max-active' or "
					+ "'spring.datasource.dbcp2.max-total'). A pool of any other kind lends the lock a third. "
					+ "Look for beans that keep connections while the application starts, too.";
			case READ_ONLY ->
				"Let 'spring.flyway.url' or 'spring.datasource.url' lead to the primary server (with PostgreSQL's driver: "
						+ "all hosts, and 'targetServerType=primary'). If this server is about to be promoted, set "
						+ "'startgate.database.max-wait' to more. A replica that only waits ('startgate.mode=wait') can use one that is read-only.";
		}, cause);
	}

	private static boolean isTraining() {
		return DefaultLifecycleProcessor.ON_REFRESH_VALUE
			.equalsIgnoreCase(SpringProperties.getProperty(DefaultLifecycleProcessor.EXIT_PROPERTY_NAME));
	}

}

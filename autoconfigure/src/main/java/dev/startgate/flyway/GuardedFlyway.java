package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import dev.startgate.coordination.Lease;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.ClassicConfiguration;

/**
 * Creates the Flyway that works while the lease is held. It has the application's
 * configuration, a callback of ours, and patience with a foreign holder of Flyway's own
 * lock.
 */
final class GuardedFlyway {

	private GuardedFlyway() {
	}

	/**
	 * Create a Flyway.
	 * @param application the application's configuration
	 * @param lease the lease that is held
	 * @param callback the callback of ours
	 * @param schemasCreated whether missing schemas have been created already, with the
	 * callbacks for that
	 * @param left the descriptions of repeatable migrations that are left as they are
	 * @param byTransaction whether the application has chosen that a transaction holds
	 * Flyway's own lock on PostgreSQL
	 */
	static Flyway of(Configuration application, Lease lease, LeaseCallback callback, boolean schemasCreated,
			Set<String> left, boolean byTransaction) {
		Flyway copy = MigrateCallbacks.copy(application);
		ClassicConfiguration configuration = MigrateCallbacks.configuration(copy);
		boolean sessionLock = lease.sessions().isExclusive() && SessionLock.use(configuration, byTransaction);
		configuration.setDataSource(new GuardedDataSource(application.getDataSource(), lease,
				sessionLock && !isCommittedByCallbacks(application)));
		if (schemasCreated && MigrateCallbacks.areThere(application)) {
			MigrateCallbacks.restrict(configuration, application,
					(event) -> !MigrateCallbacks.CREATE_SCHEMA.contains(event));
		}
		prepare(configuration, application, left, callback);
		return copy;
	}

	/**
	 * Prepare a copy of the application's Flyway, with a callback of ours.
	 */
	static void prepare(ClassicConfiguration configuration, Configuration application, Set<String> left,
			Callback callback) {
		if (!left.isEmpty()) {
			WithoutRepeatables.restrict(configuration, left);
		}
		List<Callback> callbacks = new ArrayList<>(Arrays.asList(configuration.getCallbacks()));
		callbacks.add(callback);
		if (callback instanceof LeaseCallback own) {
			callbacks.add(0, own.first());
		}
		configuration.setCallbacks(callbacks.toArray(Callback[]::new));
		if (ForeignLockWait.isPatient(application)) {
			configuration.setLockRetryCount(-1);
		}
	}

	/**
	 * Callbacks between the migrations of a group are committed on a connection of their
	 * own.
	 */
	private static boolean isCommittedByCallbacks(Configuration application) {
		return application.isGroup() && MigrateCallbacks.areThere(application);
	}

}

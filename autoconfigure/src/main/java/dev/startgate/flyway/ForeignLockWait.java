package dev.startgate.flyway;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Time;
import org.flywaydb.core.api.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until nobody outside of Startgate has Flyway's own lock, and reports which
 * session it waits for. Flyway would wait too, but in silence.
 */
public final class ForeignLockWait {

	private static final Logger logger = LoggerFactory.getLogger(ForeignLockWait.class);

	private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

	private static final Duration SAY_AGAIN = Duration.ofSeconds(30);

	private static final int DEFAULT_LOCK_RETRY_COUNT = 50;

	private final LockFactory connections;

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	/**
	 * Create a new object.
	 * @param connections lends the connection to look with
	 * @param gate shows which session is waited for
	 * @param time the time
	 * @param pause the pause between two looks
	 */
	public ForeignLockWait(LockFactory connections, Gate gate, Time time, Pause pause) {
		this.connections = connections;
		this.gate = gate;
		this.time = time;
		this.pause = pause;
	}

	/**
	 * Return whether the application leaves open how long Flyway waits for its own lock.
	 */
	static boolean isPatient(Configuration application) {
		int retries = application.getLockRetryCount();
		return retries == DEFAULT_LOCK_RETRY_COUNT || retries < 0;
	}

	/**
	 * Wait until nobody has the lock, and look on the connection of a lease.
	 * @param configuration the configuration of a Flyway that has nothing open
	 * @param lease the lease that is held
	 */
	void await(Configuration configuration, Lease lease) {
		if (isPatient(configuration)) {
			await(configuration, lease.sessions()::ask, lease::ensureHeld);
		}
	}

	/**
	 * Wait until nobody has the lock, before there is a lease.
	 * @param configuration the configuration of a Flyway that has nothing open
	 */
	void await(Configuration configuration) {
		if (isPatient(configuration)) {
			try {
				this.connections.lend(FlywayTarget.of(configuration), (connection) -> {
					connection.setAutoCommit(true);
					await(configuration, (use) -> use.on(connection), () -> {
					});
				});
			}
			catch (SQLException ex) {
				DatabaseUnreachableException.throwIfCausing(ex);
				throw new IllegalStateException("Could not get a connection to look who has Flyway's own lock", ex);
			}
		}
	}

	private <E extends Exception> void await(Configuration configuration, Asking<E> asking, Runnable ensureHeld)
			throws E {
		Optional<Unsettled> holder = look(configuration, asking);
		if (holder.isEmpty()) {
			return;
		}
		GateState before = this.gate.snapshot().state();
		this.gate.moveTo(GateState.WAITING);
		try {
			String said = "";
			long saidAt = 0;
			while (holder.isPresent()) {
				Unsettled foreign = holder.get();
				this.gate.show(List.of(foreign));
				if (!foreign.name().equals(said) || this.time.since(saidAt).compareTo(SAY_AGAIN) >= 0) {
					said = foreign.name();
					saidAt = this.time.nanoTime();
					logger.info("Waiting for {}, {}", said, foreign.answer());
				}
				this.pause.pause(LOOK_AGAIN);
				ensureHeld.run();
				holder = look(configuration, asking);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StartAbandonedException("waiting for the session that has Flyway's own lock", ex);
		}
		finally {
			this.gate.show(List.of());
			this.gate.moveTo(before);
		}
	}

	/**
	 * A database that does not tell is no obstacle, because Flyway itself waits, too.
	 */
	private static <E extends Exception> Optional<Unsettled> look(Configuration configuration, Asking<E> asking)
			throws E {
		List<Unsettled> found = new ArrayList<>();
		asking.ask((connection) -> {
			try {
				ForeignLock lock = ForeignLock.of(configuration, connection);
				if (lock != null) {
					lock.holder(connection).ifPresent(found::add);
				}
			}
			catch (SQLException ex) {
				if (DatabaseUnreachableException.isCausing(ex)) {
					throw ex;
				}
				logger.warn("Could not look who has Flyway's own lock: {}", ex.getMessage());
			}
		});
		return found.stream().findFirst();
	}

	/**
	 * Asks something on a connection.
	 *
	 * @param <E> what it throws if the connection fails
	 */
	@FunctionalInterface
	private interface Asking<E extends Exception> {

		void ask(LockFactory.Use use) throws E;

	}

}

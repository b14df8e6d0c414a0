package dev.startgate.flyway;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;

import dev.startgate.coordination.StartAbandonedException;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * The critical sections of this process in which Flyways migrate. Safe for use by several
 * threads.
 */
final class ActiveSections {

	private final Deque<Active> active = new ConcurrentLinkedDeque<>();

	/**
	 * Run a call that may migrate with the Flyway of a section, or with another one that
	 * has the same history.
	 * @param anyThread whether other threads may migrate in the section, as a strategy
	 * may
	 */
	void within(LockedMigration section, boolean anyThread, Runnable migration) {
		Active entry = new Active(section, anyThread ? null : Thread.currentThread(), new CountDownLatch(1));
		this.active.push(entry);
		try {
			migration.run();
		}
		finally {
			this.active.remove(entry);
			entry.end().countDown();
		}
	}

	/**
	 * Find the section for the history of a Flyway.
	 */
	Optional<LockedMigration> find(Flyway flyway) {
		return findActive(flyway).map(Active::section);
	}

	/**
	 * Find the section in which the current thread migrates with a Flyway. Wait for the
	 * end of a section that belongs to another thread: its lease ends with it.
	 */
	Optional<LockedMigration> join(Flyway flyway) {
		Optional<Active> found = findActive(flyway);
		while (found.isPresent() && found.get().owner() != null && found.get().owner() != Thread.currentThread()) {
			try {
				found.get().end().await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new StartAbandonedException("waiting for the same migrations in another thread", ex);
			}
			found = findActive(flyway);
		}
		return found.map(Active::section);
	}

	private Optional<Active> findActive(Flyway flyway) {
		return this.active.stream()
			.filter((one) -> FlywayTarget.isSame(one.section().flyway().getConfiguration(), flyway.getConfiguration()))
			.findFirst();
	}

	/**
	 * A section that goes on.
	 *
	 * @param section the section
	 * @param owner the only thread that migrates in it, {@code null} for any thread
	 * @param end counted down at its end
	 */
	private record Active(LockedMigration section, @Nullable Thread owner, CountDownLatch end) {
	}

}

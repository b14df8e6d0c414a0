package dev.startgate.coordination;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something to be done by one replica while the others wait.
 */
public interface Work {

	/** Nothing to do. */
	Work NOTHING = new Work() {

		@Override
		public String name() {
			return "nothing";
		}

		@Override
		public List<String> pending() {
			return List.of();
		}

		@Override
		public @Nullable TransientFailure perform(Lease lease) {
			return null;
		}

	};

	/**
	 * Return a name for people.
	 * @return the name
	 */
	String name();

	/**
	 * Look for work to do, without the lock.
	 * @return one line for each piece of work, for people; empty only if {@link #perform}
	 * would certainly do nothing
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	List<String> pending();

	/**
	 * Say what this replica does once it has the lock, after the last look.
	 * @return the rest of a sentence, for people
	 */
	default String task() {
		return "does the work: " + name();
	}

	/**
	 * Check as cheaply as possible whether there is a reason to look again.
	 * @param waited whether another replica has had the lock meanwhile
	 * @return {@code false} if nothing seems to have changed since the last look
	 */
	default boolean mayHaveChanged(boolean waited) {
		return true;
	}

	/**
	 * Read the notes of earlier holders, before this replica looks who has the lock.
	 * @param lock the lock
	 */
	default void begin(Lock lock) {
	}

	/**
	 * Do the remaining work. There may be none, because another replica may have done it
	 * meanwhile. Throws a failure that is not transient.
	 * @param lease the lease, which is held
	 * @return {@code null} if all is done, otherwise a transient failure that leaves no
	 * doubt about what is done, so that another attempt makes sense
	 */
	@Nullable TransientFailure perform(Lease lease);

	/**
	 * Return whether {@link #perform} was successful.
	 * @return {@code false} if the work has failed, and throws the failure later
	 */
	default boolean hasSucceeded() {
		return true;
	}

	/**
	 * Do in one transaction what {@link #perform} would do, without a lease, and roll all
	 * of it back. A failure is thrown.
	 * @return what could not be rehearsed, one line for each, for people
	 */
	default List<String> rehearse() {
		return pending();
	}

	/**
	 * Say what has failed, for replicas that wait for this work.
	 * @param failure a failure of {@link #perform} that is not transient
	 * @return one sentence, {@code null} if those replicas know already
	 */
	default @Nullable String describe(RuntimeException failure) {
		return (failure.getMessage() != null) ? failure.getMessage() : failure.toString();
	}

	/**
	 * Say what is left after {@link #perform} was stopped because the process ends. Does
	 * not look at the database.
	 * @param failure the failure that {@link #perform} has thrown
	 * @return what is left, {@code null} if only the database can tell
	 */
	default @Nullable Remainder left(RuntimeException failure) {
		return null;
	}

	/**
	 * Look at what was done, here or by another replica.
	 * @param outcome what happened
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	default void conclude(WorkOutcome outcome) {
	}

	/**
	 * Check, without taking the lock, whether a person may have resolved a failure.
	 * @param failure the failure
	 * @param lock the lock, which this replica does not have
	 * @return {@code false} if the work would certainly fail again; {@code true}
	 * otherwise, also if only another attempt can tell
	 */
	default boolean mayBeResolved(RuntimeException failure, Lock lock) {
		return true;
	}

	/**
	 * Return the statements with which a person makes failed work run again that does not
	 * run again by itself.
	 * @return the statements, empty if the work goes on by itself
	 */
	default List<String> eraseStatements() {
		return List.of();
	}

}

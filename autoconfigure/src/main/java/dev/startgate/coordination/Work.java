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
	 * Look what there is to do, without the lock.
	 * @return one line for each, for people; empty only if {@link #perform} would
	 * certainly do nothing
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
	 * Look in the cheapest way whether there is a reason to look again.
	 * @param waited whether another replica has had the lock meanwhile
	 * @return {@code false} if nothing is seen to have changed since the last look
	 */
	default boolean mayHaveChanged(boolean waited) {
		return true;
	}

	/**
	 * Read what earlier holders wrote down, before this replica looks who has the lock.
	 * @param lock the lock
	 */
	default void begin(Lock lock) {
	}

	/**
	 * Do what is left to do, which may be nothing: another replica may have done it
	 * meanwhile. A failure that is not transient is thrown.
	 * @param lease the lease, which is held
	 * @return {@code null} if all is done, otherwise a transient failure that has left
	 * nothing unknown behind, so that it makes sense to perform again
	 */
	@Nullable TransientFailure perform(Lease lease);

	/**
	 * Return whether what {@link #perform} has done was a success.
	 * @return {@code false} if it has failed, and the failure is thrown later
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
	 * @return one sentence, {@code null} if they know already
	 */
	default @Nullable String describe(RuntimeException failure) {
		return (failure.getMessage() != null) ? failure.getMessage() : failure.toString();
	}

	/**
	 * Say what is left after {@link #perform} was stopped, because the process ends.
	 * Without a look at the database.
	 * @param failure what it has thrown
	 * @return what is left, {@code null} if only a look at the database tells
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
	 * Look, without taking the lock, whether what a person must resolve may be resolved.
	 * @param failure what has failed
	 * @param lock the lock, which this replica does not have
	 * @return {@code false} if the work would certainly fail again; {@code true} if not,
	 * or if only trying it tells
	 */
	default boolean mayBeResolved(RuntimeException failure, Lock lock) {
		return true;
	}

	/**
	 * Return what a person types so that work which has failed, and is not done again by
	 * itself, is done again.
	 * @return the statements, empty if the work goes on by itself
	 */
	default List<String> eraseStatements() {
		return List.of();
	}

}

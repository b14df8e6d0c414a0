package dev.startgate.coordination;

import java.util.function.Supplier;

/**
 * What a replica does about work that only one replica may do at a time: do it, wait for
 * others to do it, or only look.
 */
public interface WorkRunner {

	/**
	 * Return when nothing is left to do.
	 * @param work the work
	 * @param locks opens the lock; not called if nothing is pending
	 * @return what happened
	 * @throws LeaseLostException if the lease was lost while this replica worked
	 * @throws DatabaseUnreachableException if the database could not be reached for too
	 * long
	 * @throws LockWaitExceededException if the backstop for waiting has passed
	 * @throws StartAbandonedException if the process is about to end
	 */
	WorkOutcome run(Work work, Supplier<Lock> locks);

}

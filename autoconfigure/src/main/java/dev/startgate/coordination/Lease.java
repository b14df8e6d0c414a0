package dev.startgate.coordination;

import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;

/**
 * The right to work until a time on the database's clock, renewed in the background until
 * it is closed or lost. Safe for use by several threads.
 */
public interface Lease extends AutoCloseable {

	/**
	 * Return this replica as the holder.
	 * @return the holder, with the generation of this acquisition
	 */
	Holder holder();

	/**
	 * Return normally if the lease is still held, by this process' own monotonic clock.
	 * @throws LeaseLostException if it is not
	 */
	void ensureHeld();

	/**
	 * Do away with what earlier holders have left: their sessions, as far as they run no
	 * statement, or as far as running ones are not to be waited for. Nobody works under
	 * this lease before nothing is left to wait for.
	 * @return what must still be waited for; once this is empty it stays empty
	 * @throws LeaseLostException if somebody else has acquired the lock meanwhile
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	List<Unsettled> clear();

	/**
	 * Return the notes of this lock.
	 * @return what is written and erased as this holder
	 */
	HolderNotes notes();

	/**
	 * Return the sessions that work under this lease.
	 * @return the sessions
	 */
	WorkSessions sessions();

	/**
	 * Tell the waiting replicas how far the work is. Returns at once and never throws.
	 * @param progress how far the work is
	 */
	void report(Progress progress);

	/**
	 * Make good what a {@code clean} by the work itself has dropped: the same lease, with
	 * the same generation, in new tables.
	 */
	void restore();

	/**
	 * Give up: end the sessions that work under this lease. Returns when that was tried.
	 * @param why why the work must stop
	 */
	void abandon(String why);

	/**
	 * Release the lease. Never throws: what can't be released runs out.
	 */
	@Override
	void close();

	/**
	 * Return whether closing has released the lease, so that nobody waits for its end.
	 * @return whether it is free
	 */
	boolean isReleased();

}

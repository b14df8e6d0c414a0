package dev.startgate.coordination;

import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import org.jspecify.annotations.Nullable;

/**
 * The right to work until a time on the database's clock, renewed in the background until
 * it is closed or lost. Safe for use by several threads.
 */
public interface Lease extends AutoCloseable {

	/**
	 * Return the schema after which the lock is named.
	 * @return the schema, {@code null} if the application names the lock, so that it may
	 * be that of several schemas
	 */
	@Nullable String lockedSchema();

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
	 * End the sessions of earlier holders, except those that run a statement and are to
	 * be waited for. No work may begin under this lease while something is left to wait
	 * for.
	 * @return what must still be waited for; once this is empty it stays empty
	 * @throws LeaseLostException if somebody else has acquired the lock meanwhile
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	List<Unsettled> clear();

	/**
	 * Return the notes of this lock.
	 * @return the notes, which are written and erased in the name of this holder
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
	 * Restore the lease after the work itself has dropped its tables with a
	 * {@code clean}: the same lease, with the same generation, in new tables.
	 */
	void restore();

	/**
	 * Give up the lease: end the sessions that work under it. Returns when that was
	 * tried.
	 * @param why why the work must stop
	 */
	void abandon(String why);

	/**
	 * Release the lease. Never throws: a lease that can't be released runs out.
	 */
	@Override
	void close();

	/**
	 * Return whether closing has released the lease, so that nobody waits for its end.
	 * @return whether it is free
	 */
	boolean isReleased();

}

package dev.startgate.gate;

import java.sql.Connection;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;

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
	 * Name a connection that is about to work under this lease. Its session is ended as
	 * soon as the lease is lost.
	 * @param connection the connection
	 */
	void guard(Connection connection);

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

}

package dev.startgate.gate;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

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
	 * Return whether two sessions of this database were seen to exclude each other, so
	 * that there is no pooler in between that lends one session to many.
	 * @return whether locks that belong to a session can be relied on
	 */
	boolean isSessionExclusive();

	/**
	 * Name a connection that is about to work under this lease. Its session is ended as
	 * soon as the lease is lost, or by the next holder if this process has vanished.
	 * @param connection the connection
	 */
	void guard(Connection connection);

	/**
	 * A guarded connection goes back to where it came from.
	 * @param connection the connection, to be given back as it was
	 */
	void unguard(Connection connection);

	/**
	 * Make sure, in the transaction of a guarded connection, that no later holder has
	 * begun; if it is one that the database can hold up, none begins before that
	 * transaction has ended.
	 * @param connection the connection
	 * @throws LeaseLostException if there is a later holder
	 * @throws SQLException if the connection fails
	 */
	void fence(Connection connection) throws SQLException;

	/**
	 * Write a note, in place of an earlier one about the same item. It is committed when
	 * this method returns.
	 * @param kind what kind of note
	 * @param item what it is about, of at most 190 characters
	 * @param detail what is to be known; cut off after 1000 characters
	 */
	void write(Note.Kind kind, String item, String detail);

	/**
	 * Write a note in the transaction of a guarded connection, to be committed with it.
	 * @param connection the connection
	 * @param kind what kind of note
	 * @param item what it is about, of at most 190 characters
	 * @param detail what is to be known; cut off after 1000 characters
	 * @throws SQLException if the connection fails
	 */
	void write(Connection connection, Note.Kind kind, String item, String detail) throws SQLException;

	/**
	 * Erase a note, if there is one.
	 * @param kind what kind of note
	 * @param item what it is about
	 */
	void erase(Note.Kind kind, String item);

	/**
	 * Read the notes of this lock, whoever wrote them.
	 * @param kind what kind of notes
	 * @return the notes
	 */
	List<Note> read(Note.Kind kind);

	/**
	 * Ask the database something on the connection of the lease, which nobody else can
	 * use meanwhile.
	 * @param use asks, in autocommit; what it throws breaks that connection
	 */
	void ask(LockSource.Use use);

	/**
	 * Tell the waiting replicas how far the work is. Returns at once and never throws.
	 * @param progress how far the work is
	 */
	void report(Progress progress);

	/**
	 * Ask to be told when guarded connections wait for sessions of others.
	 * @param listener told of a change, on the thread that renews the lease: which
	 * session is waited for and how it can be ended by hand, {@code null} once none is.
	 * Or {@code null} to be told no more
	 */
	void onBlocked(@Nullable Consumer<@Nullable String> listener);

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

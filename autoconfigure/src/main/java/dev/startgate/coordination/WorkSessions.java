package dev.startgate.coordination;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The sessions that work under a lease, and are ended with it. Safe for use by several
 * threads.
 */
public interface WorkSessions {

	/**
	 * Return whether two sessions of this database were seen to exclude each other. Then
	 * no pooler in between lends one session to many clients.
	 * @return whether locks that belong to a session can be relied on
	 */
	boolean isExclusive();

	/**
	 * Return whether the sessions of earlier holders were seen to be gone, so that
	 * nothing of them still runs. This can't be seen behind a pooler, or if they were on
	 * another server.
	 * @param since the generation of the first of these holders
	 * @return whether the state that they have left no longer changes
	 */
	boolean arePredecessorsGone(long since);

	/**
	 * Register a connection that is about to work under this lease. Its session is ended
	 * as soon as the lease is lost, or by the next holder if this process has vanished.
	 * @param connection the connection
	 */
	void guard(Connection connection);

	/**
	 * Stop guarding a connection, which goes back to where it came from.
	 * @param connection the connection, to be given back as it was
	 */
	void unguard(Connection connection);

	/**
	 * Return the number of a guarded connection's session.
	 * @param connection the connection
	 * @return the number by which other sessions see it, {@code null} if they can't rely
	 * on it
	 */
	@Nullable Long number(Connection connection);

	/**
	 * Make sure, in the transaction of a guarded connection, that no later holder has
	 * begun. If the database can hold up later holders, none begins before that
	 * transaction ends.
	 * @param connection the connection
	 * @throws LeaseLostException if there is a later holder
	 * @throws SQLException if the connection fails
	 */
	void fence(Connection connection) throws SQLException;

	/**
	 * Query the database on the connection of the lease, which nobody else can use
	 * meanwhile.
	 * @param use runs the query, in autocommit; an exception of it breaks that connection
	 */
	void ask(LockFactory.Use use);

	/**
	 * Set a listener that hears when guarded connections wait for sessions of others.
	 * @param listener receives, on the thread that renews the lease, which session is
	 * waited for and how a person can end it, or {@code null} once there is none;
	 * {@code null} to remove the listener
	 */
	void onBlocked(@Nullable Consumer<@Nullable String> listener);

}

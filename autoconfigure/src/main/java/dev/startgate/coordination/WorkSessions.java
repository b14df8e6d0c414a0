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
	 * Return whether two sessions of this database were seen to exclude each other, so
	 * that there is no pooler in between that lends one session to many.
	 * @return whether locks that belong to a session can be relied on
	 */
	boolean isExclusive();

	/**
	 * Return whether the sessions of earlier holders were seen to be gone, so that
	 * nothing of them still runs: not behind a pooler, and not if they were on another
	 * server.
	 * @param since the generation of the first of these holders
	 * @return whether what they have left stays as it is
	 */
	boolean arePredecessorsGone(long since);

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
	 * Return the number of a guarded connection's session.
	 * @param connection the connection
	 * @return the number by which other sessions see it, {@code null} if they can't rely
	 * on it
	 */
	@Nullable Long number(Connection connection);

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
	 * Ask the database something on the connection of the lease, which nobody else can
	 * use meanwhile.
	 * @param use asks, in autocommit; what it throws breaks that connection
	 */
	void ask(LockFactory.Use use);

	/**
	 * Ask to be told when guarded connections wait for sessions of others.
	 * @param listener told of a change, on the thread that renews the lease: which
	 * session is waited for and how it can be ended by hand, {@code null} once none is.
	 * Or {@code null} to be told no more
	 */
	void onBlocked(@Nullable Consumer<@Nullable String> listener);

}

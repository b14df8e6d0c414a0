package dev.startgate.gate;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The database could not be reached. It may be reachable later.
 */
public class DatabaseUnreachableException extends RuntimeException {

	/**
	 * SQLSTATEs by which a server says that it is not ready to be talked to: it is
	 * stopping or starting, it ends sessions, or there are too many of them.
	 */
	private static final Set<String> NOT_READY = Set.of("57P01", "57P02", "57P03", "57P05", "53300");

	private static final String CONNECTION_CLASS = "08";

	/**
	 * SQLSTATEs of a server that refuses a user, and of PostgreSQL without the database.
	 */
	private static final Set<String> REFUSED = Set.of("28000", "28P01", "3D000");

	/**
	 * What MySQL and MariaDB say without the database: the first to a user without a
	 * right to any database of that name, who is not told that there is none.
	 */
	private static final Set<Integer> REFUSED_CODES = Set.of(1044, 1049);

	/**
	 * What a new pool of HikariCP says if its first connection is cut while it is set up:
	 * {@code PoolBase} passes over the failure to read the isolation level and then sets
	 * the one that it does not know. The next attempt makes a new pool, unless
	 * {@code initialization-fail-timeout} is negative.
	 */
	private static final String POOL_IS_NOT_READY = "Transaction isolation level -1 ";

	/** What HikariCP says of a connection that it threw away because it was broken. */
	private static final String POOL_HAS_CLOSED = "Connection is closed";

	public DatabaseUnreachableException(Throwable cause) {
		super("The database can't be reached: " + rootMessage(cause), cause);
	}

	DatabaseUnreachableException(Duration waited, DatabaseUnreachableException last) {
		super(last.getMessage() + " (tried for " + waited.toSeconds() + " s)", last.getCause());
	}

	/**
	 * Return whether a failure comes from a database that can't be reached at the moment.
	 * @param failure the failure, which may have the cause anywhere within
	 * @return whether trying again later makes sense
	 */
	public static boolean isCausing(Throwable failure) {
		boolean unreachable = false;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				String state = exception.getSQLState();
				if (state != null) {
					unreachable = state.startsWith(CONNECTION_CLASS) || NOT_READY.contains(state)
							|| isRefusal(exception)
							|| String.valueOf(exception.getMessage()).startsWith(POOL_IS_NOT_READY);
				}
				else if (exception instanceof SQLTransientConnectionException
						|| POOL_HAS_CLOSED.equals(exception.getMessage())) {
					unreachable = true;
				}
			}
		}
		return unreachable;
	}

	/**
	 * Return whether a failure in the middle of work comes from a connection that broke.
	 * Who is connected is not refused any more: the same answer is one to a statement,
	 * such as to create a table in a database that is not there.
	 * @param failure the failure, which may have the cause anywhere within
	 * @return whether nobody knows how far the work is
	 */
	public static boolean isLoss(Throwable failure) {
		return isCausing(failure) && !endsInRefusal(failure);
	}

	private static boolean isRefusal(SQLException exception) {
		return REFUSED.contains(String.valueOf(exception.getSQLState()))
				|| REFUSED_CODES.contains(exception.getErrorCode());
	}

	/**
	 * Return whether the server is there but does not let this user into this database,
	 * which time alone seldom mends.
	 * @return whether it refuses
	 */
	public boolean isRefused() {
		return endsInRefusal(getCause());
	}

	private static boolean endsInRefusal(@Nullable Throwable failure) {
		boolean refused = false;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception && exception.getSQLState() != null) {
				refused = isRefusal(exception);
			}
		}
		return refused;
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.toString();
	}

}

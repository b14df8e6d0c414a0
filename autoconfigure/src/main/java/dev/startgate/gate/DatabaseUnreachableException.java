package dev.startgate.gate;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
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

	private static final String READ_ONLY = "25006";

	private static final String CONNECTION_CLASS = "08";

	/** Of a server that refuses a user, and of PostgreSQL without the database. */
	private static final Set<String> REFUSED = Set.of("28000", "28P01", "3D000");

	/** PostgreSQL without the right to connect (FATAL), or of a statement (ERROR). */
	private static final String MISSING_RIGHT = "42501";

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

	/** A server, a role or a user with as many connections as it may have. */
	private static final String TOO_MANY = "53300";

	/** The same of MySQL and MariaDB. */
	private static final Set<Integer> TOO_MANY_CODES = Set.of(1040, 1203, 1226);

	/** What HikariCP, Tomcat's pool and DBCP2 say if all connections are taken. */
	private static final List<String> POOL_IS_EMPTY = List.of("Connection is not available", "Pool empty.",
			"Timeout waiting for idle object");

	/** HikariCP has no connection at all, because none could be made in time. */
	private static final String POOL_HAS_NONE = "(total=0,";

	private final Reason reason;

	public DatabaseUnreachableException(Throwable cause) {
		this(cause, Reason.of(cause));
	}

	private DatabaseUnreachableException(Throwable cause, Reason reason) {
		super(reason.words + ": " + Secrets.hideCredentials(message(cause)), cause);
		this.reason = reason;
	}

	DatabaseUnreachableException(Duration waited, DatabaseUnreachableException last) {
		super(last.getMessage() + " (tried for " + waited.toSeconds() + " s)", last.getCause());
		this.reason = last.reason;
	}

	/**
	 * The server that was reached is not the one that writes. Another one may be
	 * promoted.
	 */
	public static DatabaseUnreachableException standby() {
		return new DatabaseUnreachableException(new SQLException("it is in recovery", READ_ONLY), Reason.STANDBY);
	}

	/**
	 * A pool has lent all its connections. Each kind of pool says so in words of its own.
	 */
	public static DatabaseUnreachableException emptyPool(SQLException answer) {
		return new DatabaseUnreachableException(answer, Reason.POOL_EMPTY);
	}

	/**
	 * Return why it can't be reached.
	 * @return why
	 */
	public Reason getReason() {
		return this.reason;
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
							|| isRefusal(exception) || TOO_MANY_CODES.contains(exception.getErrorCode())
							|| String.valueOf(exception.getMessage()).startsWith(POOL_IS_NOT_READY);
				}
				else if (exception instanceof SQLTransientConnectionException
						|| POOL_HAS_CLOSED.equals(exception.getMessage()) || isPoolEmpty(exception)) {
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
		String state = String.valueOf(exception.getSQLState());
		return REFUSED.contains(state) || REFUSED_CODES.contains(exception.getErrorCode())
				|| (MISSING_RIGHT.equals(state) && String.valueOf(exception.getMessage()).startsWith("FATAL"));
	}

	private static boolean isPoolEmpty(SQLException exception) {
		String message = String.valueOf(exception.getMessage());
		return POOL_IS_EMPTY.stream().anyMatch(message::contains) && !message.contains(POOL_HAS_NONE);
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

	/**
	 * The driver names the address, and what the system says of it only sometimes.
	 */
	private static String message(Throwable failure) {
		Throwable root = failure;
		SQLException answer = answer(failure);
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String system = (root.getMessage() != null) ? root.getMessage() : root.toString();
		if (answer == null || answer.getMessage() == null) {
			return system;
		}
		boolean told = answer.getMessage().contains(system) || root instanceof ConnectException;
		String said = answer.getMessage().strip().replaceAll("[.]$", "");
		return told ? said : said + " (" + system + ")";
	}

	/**
	 * Return what lies deepest: pools wrap what the driver says.
	 */
	private static @Nullable SQLException answer(Throwable failure) {
		SQLException answer = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				answer = exception;
			}
		}
		return answer;
	}

	/**
	 * Why a database can't be reached.
	 */
	public enum Reason {

		/**
		 * Nobody answers, or nobody who is ready.
		 */
		UNREACHABLE("The database can't be reached"),

		/**
		 * The server is there but does not let this user into this database.
		 */
		REFUSED("The database can't be reached"),

		/**
		 * There are as many connections as the server, or this user, may have.
		 */
		FULL("The database accepts no more connections"),

		/**
		 * All connections of the application's pool are taken.
		 */
		POOL_EMPTY("The connection pool has no free connection"),

		/**
		 * The server is a standby, which lets nothing be changed.
		 */
		STANDBY("The database server is a standby, where nothing can be changed");

		private final String words;

		Reason(String words) {
			this.words = words;
		}

		private static Reason of(Throwable failure) {
			SQLException answer = answer(failure);
			if (endsInRefusal(failure)) {
				return REFUSED;
			}
			if (answer == null) {
				return UNREACHABLE;
			}
			if (TOO_MANY.equals(answer.getSQLState()) || TOO_MANY_CODES.contains(answer.getErrorCode())) {
				return FULL;
			}
			return isPoolEmpty(answer) ? POOL_EMPTY : UNREACHABLE;
		}

		/**
		 * Return whether time alone seldom resolves it.
		 */
		boolean isStable() {
			return this == REFUSED || this == POOL_EMPTY;
		}

	}

}

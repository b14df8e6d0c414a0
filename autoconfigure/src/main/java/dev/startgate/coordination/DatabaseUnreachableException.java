package dev.startgate.coordination;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;

import dev.startgate.gate.MessageSanitizer;
import dev.startgate.sql.Causes;
import dev.startgate.sql.DatabaseCondition;

/**
 * The database can't be used at the moment: it can't be reached, or it refuses, is full
 * or read-only. It may be usable later.
 */
public class DatabaseUnreachableException extends RuntimeException {

	private static final String REJECTED = "08004";

	/**
	 * HikariCP's message if the first connection of a new pool breaks during its setup.
	 * {@code PoolBase} ignores that it could not read the isolation level, and then sets
	 * the unknown level. The next attempt makes a new pool, unless
	 * {@code initialization-fail-timeout} is negative.
	 */
	private static final String POOL_IS_NOT_READY = "Transaction isolation level -1 ";

	/** HikariCP's message for a connection that it threw away because it was broken. */
	private static final String POOL_HAS_CLOSED = "Connection is closed";

	/**
	 * The message of MySQL's driver for a statement whose connection is broken.
	 */
	private static final String STATEMENT_IS_CLOSED = "No operations allowed after statement closed";

	/**
	 * The messages of HikariCP, Tomcat's pool and DBCP2 if all connections are taken.
	 */
	private static final List<String> POOL_IS_EMPTY = List.of("Connection is not available", "Pool empty.",
			"Timeout waiting for idle object");

	/** HikariCP has no connection at all, because none could be made in time. */
	private static final String POOL_HAS_NONE = "(total=0,";

	private final Reason reason;

	public DatabaseUnreachableException(Throwable cause) {
		this(cause, Reason.of(cause));
	}

	private DatabaseUnreachableException(Throwable cause, Reason reason) {
		super(reason.words + ": " + MessageSanitizer.hideCredentials(message(cause)), cause);
		this.reason = reason;
	}

	DatabaseUnreachableException(Duration waited, DatabaseUnreachableException last) {
		super(last.getMessage() + " (tried for " + waited.toSeconds() + " s)", last.getCause());
		this.reason = last.reason;
	}

	/**
	 * The server that was reached accepts no changes. Another one may be promoted.
	 */
	public static DatabaseUnreachableException readOnly(Throwable answer) {
		return new DatabaseUnreachableException(answer, Reason.READ_ONLY);
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
		for (SQLException answer : answers(failure)) {
			if (answer.getSQLState() != null) {
				unreachable = DatabaseCondition.CONNECTION_BROKEN.isMeantBy(answer)
						|| DatabaseCondition.NOT_READY.isMeantBy(answer)
						|| DatabaseCondition.TOO_MANY_CONNECTIONS.isMeantBy(answer) || isRefusal(answer)
						|| String.valueOf(answer.getMessage()).startsWith(POOL_IS_NOT_READY)
						|| String.valueOf(answer.getMessage()).startsWith(STATEMENT_IS_CLOSED);
			}
			else if (answer instanceof SQLTransientConnectionException || POOL_HAS_CLOSED.equals(answer.getMessage())
					|| isPoolEmpty(answer)) {
				unreachable = true;
			}
		}
		return unreachable;
	}

	/**
	 * Throw if a failure comes from a database that can't be reached at the moment.
	 * @param failure the failure, which may have the cause anywhere within
	 */
	public static void throwIfCausing(Throwable failure) {
		if (isCausing(failure)) {
			throw new DatabaseUnreachableException(failure);
		}
	}

	/**
	 * Return whether a failure in the middle of work comes from a connection that broke.
	 * On a connection that is open, the code of a refused login is the answer to a
	 * statement, such as one that creates a table in a database that is not there.
	 * @param failure the failure, which may have the cause anywhere within
	 * @return whether it is unknown how far the work is
	 */
	public static boolean isLoss(Throwable failure) {
		boolean elsewhere = Causes.first(failure, ApplicationFailure.class)
			.filter(ApplicationFailure::isConnectionIntact)
			.isPresent();
		return !elsewhere && isCausing(failure) && !endsInRefusal(failure);
	}

	/**
	 * Return whether a failure says that the server accepts no changes.
	 * @param failure the failure itself
	 * @return whether that was found out, on the connection of the lease
	 */
	public static boolean isReadOnly(Throwable failure) {
		return failure instanceof DatabaseUnreachableException answer && answer.reason == Reason.READ_ONLY;
	}

	/**
	 * PostgreSQL uses the same code for a user who may not connect and for a user who may
	 * not run a statement. Only the first failure is {@code FATAL}.
	 */
	private static boolean isRefusal(SQLException answer) {
		return DatabaseCondition.LOGIN_REFUSED.isMeantBy(answer) || isPasswordMissing(answer)
				|| (DatabaseCondition.MISSING_RIGHT.isMeantBy(answer)
						&& String.valueOf(answer.getMessage()).startsWith("FATAL"));
	}

	/**
	 * PostgreSQL's driver then reports this state without a code of the server. MySQL
	 * reports it with a code if there are too many connections.
	 */
	private static boolean isPasswordMissing(SQLException answer) {
		return REJECTED.equals(answer.getSQLState()) && answer.getErrorCode() == 0;
	}

	private static boolean isPoolEmpty(SQLException exception) {
		String message = String.valueOf(exception.getMessage());
		return POOL_IS_EMPTY.stream().anyMatch(message::contains) && !message.contains(POOL_HAS_NONE);
	}

	private static boolean endsInRefusal(Throwable failure) {
		return answers(failure).stream()
			.filter((answer) -> answer.getSQLState() != null)
			.reduce((outer, inner) -> inner)
			.filter(DatabaseUnreachableException::isRefusal)
			.isPresent();
	}

	private static List<SQLException> answers(Throwable failure) {
		return Causes.of(failure).filter(SQLException.class::isInstance).map(SQLException.class::cast).toList();
	}

	/**
	 * The driver names the address, but only sometimes the error of the system.
	 */
	private static String message(Throwable failure) {
		Throwable root = Causes.of(failure).reduce((outer, inner) -> inner).orElse(failure);
		SQLException answer = Causes.deepestAnswer(failure).orElse(null);
		String system = (root.getMessage() != null) ? root.getMessage() : root.toString();
		if (answer == null || answer.getMessage() == null) {
			return system;
		}
		boolean told = answer.getMessage().contains(system) || root instanceof ConnectException;
		String said = answer.getMessage().strip().replaceAll("[.]$", "");
		return told ? said : said + " (" + system + ")";
	}

	/**
	 * Why a database can't be reached.
	 */
	public enum Reason {

		/**
		 * No server answers, or the server is not ready.
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
		 * The server accepts no changes, for example because it is a standby.
		 */
		READ_ONLY("The database server is read-only");

		private final String words;

		Reason(String words) {
			this.words = words;
		}

		private static Reason of(Throwable failure) {
			SQLException answer = Causes.deepestAnswer(failure).orElse(null);
			if (endsInRefusal(failure)) {
				return REFUSED;
			}
			if (answer == null) {
				return UNREACHABLE;
			}
			if (DatabaseCondition.TOO_MANY_CONNECTIONS.isMeantBy(answer)) {
				return FULL;
			}
			return isPoolEmpty(answer) ? POOL_EMPTY : UNREACHABLE;
		}

		/**
		 * Return whether such a failure seldom goes away by itself.
		 */
		boolean isStable() {
			return this == REFUSED || this == POOL_EMPTY;
		}

	}

}

package dev.startgate.sql;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an {@link SQLException} means, by its SQLSTATE or by the code of its vendor. Codes
 * below 90000 are those of MySQL and MariaDB, the others those of H2.
 */
public enum DatabaseCondition {

	/**
	 * The connection could not be made, or broke. With several addresses in its URL,
	 * MariaDB's driver connects again behind the same connection, and answers 25S03.
	 */
	CONNECTION_BROKEN("08...|25S03", Set.of()),

	/** The server stops or starts, or has ended the session. */
	NOT_READY("57P0[1235]", Set.of()),

	/**
	 * The server has ended the session, because its transaction was idle for too long or
	 * took too long.
	 */
	IDLE_IN_TRANSACTION("25P0[34]", Set.of()),

	/** A server, a role or a user has as many connections as it may have. */
	TOO_MANY_CONNECTIONS("53300", Set.of(1040, 1203, 1226)),

	/**
	 * The user may not log in to the database, or the database does not exist. MySQL and
	 * MariaDB answer 1044 to a user without a right to any database of that name, whether
	 * it exists or not.
	 */
	LOGIN_REFUSED("28000|28P01|3D000", Set.of(1044, 1049)),

	/**
	 * Nothing can be changed. MySQL and MariaDB also use 1290 for other options of the
	 * server.
	 */
	READ_ONLY("25006", Set.of(1290, 1836), "read-only"),

	/** The transaction was rolled back by the database. */
	ROLLED_BACK("40(?!003)...", Set.of()),

	/** A row or a table is locked by another session. */
	LOCK_NOT_AVAILABLE("55P03", Set.of(3572, 1205)),

	/** The user may log in, but has no right to the statement. */
	MISSING_RIGHT("42501", Set.of(1142, 1143, 1044, 1227, 90096)),

	/** There is no such schema. */
	MISSING_SCHEMA("3F000", Set.of(1049, 90079)),

	/** There is no such schema, table or column. */
	MISSING_OBJECT("3F000|42P01|42703|42S02|42S22|42S04|90079", Set.of()),

	/**
	 * A function is not known or not supported. Vitess has 1105 for whatever it does not
	 * support.
	 */
	UNSUPPORTED("0A000|42883", Set.of(1235, 1305, 1105)),

	/** No room is left on a disk. */
	NO_SPACE("53100", Set.of(1021, 1114)),

	/** No memory is left. */
	NO_MEMORY("53200", Set.of(1037, 1038, 1041));

	private final Pattern states;

	private final Set<Integer> codes;

	/** The part of the message that is required in addition to one of the codes. */
	private final String ofCodes;

	DatabaseCondition(String states, Set<Integer> codes) {
		this(states, codes, "");
	}

	DatabaseCondition(String states, Set<Integer> codes, String ofCodes) {
		this.states = Pattern.compile(states);
		this.codes = codes;
		this.ofCodes = ofCodes;
	}

	/**
	 * Return whether an answer of the database means this.
	 * @param answer the answer
	 * @return whether it does
	 */
	public boolean isMeantBy(SQLException answer) {
		return this.states.matcher(String.valueOf(answer.getSQLState())).matches()
				|| (this.codes.contains(answer.getErrorCode())
						&& String.valueOf(answer.getMessage()).contains(this.ofCodes));
	}

	/**
	 * Return whether any answer of the database within a failure means this.
	 * @param failure the failure
	 * @return whether one does
	 */
	public boolean isIn(Throwable failure) {
		return Causes.of(failure).anyMatch((cause) -> cause instanceof SQLException answer && isMeantBy(answer));
	}

}

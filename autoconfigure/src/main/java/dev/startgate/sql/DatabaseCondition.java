package dev.startgate.sql;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an {@link SQLException} means, by its SQLSTATE or by the code of its vendor. The
 * codes are those of MySQL and MariaDB, from 90000 on of H2.
 */
public enum DatabaseCondition {

	/** The connection could not be made, or broke. */
	CONNECTION_BROKEN("08...", Set.of()),

	/** The server stops or starts, or has ended the session. */
	NOT_READY("57P0[1235]", Set.of()),

	/**
	 * The session has done nothing for too long in its transaction, or that took too
	 * long, and it was ended.
	 */
	IDLE_IN_TRANSACTION("25P0[34]", Set.of()),

	/** A server, a role or a user has as many connections as it may have. */
	TOO_MANY_CONNECTIONS("53300", Set.of(1040, 1203, 1226)),

	/**
	 * The user is not let into the database, or the database is not there. MySQL and
	 * MariaDB say 1044 to a user without a right to any database of that name, and do not
	 * tell that there is none.
	 */
	LOGIN_REFUSED("28000|28P01|3D000", Set.of(1044, 1049)),

	/**
	 * Nothing can be changed. MySQL and MariaDB say 1290 of other options of the server,
	 * too.
	 */
	READ_ONLY("25006", Set.of(1290, 1836), "read-only"),

	/** The transaction was rolled back by the database. */
	ROLLED_BACK("40(?!003)...", Set.of()),

	/** A row or a table is locked by another session. */
	LOCK_NOT_AVAILABLE("55P03", Set.of(3572, 1205)),

	/** A user who is known has no right to the statement. */
	MISSING_RIGHT("42501", Set.of(1142, 1143, 1044, 1227, 90096)),

	/** There is no such schema. */
	MISSING_SCHEMA("3F000", Set.of(1049, 90079)),

	/** There is no such schema, table or column. */
	MISSING_OBJECT("3F000|42P01|42703|42S02|42S22|42S04|90079", Set.of()),

	/** No room is left on a disk. */
	NO_SPACE("53100", Set.of(1021, 1114)),

	/** No memory is left. */
	NO_MEMORY("53200", Set.of(1037, 1038, 1041));

	private final Pattern states;

	private final Set<Integer> codes;

	/** A part of the message. */
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

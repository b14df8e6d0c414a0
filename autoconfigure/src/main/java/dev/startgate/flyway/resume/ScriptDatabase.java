package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What differs from database to database about scripts that resume.
 */
interface ScriptDatabase {

	/**
	 * Find out what the next statement of the script does.
	 */
	ScriptStatement read(String sql);

	/** Return the settings that a statement may find in its session. */
	SessionSettings settings();

	/** The session of the script has been given other settings. */
	default void restored(String settings) {
	}

	/**
	 * Return whether all of a transaction is rolled back together, changes of the schema
	 * too.
	 */
	boolean isTransactional();

	/**
	 * Return whether a statement that takes part in a transaction is certainly rolled
	 * back with it.
	 * @param connection the connection of the migration
	 * @param statement the statement
	 */
	boolean isRolledBack(Connection connection, ScriptStatement statement) throws SQLException;

	/**
	 * Ask whether a routine that was called outside of a transaction has left one open.
	 */
	default boolean isLeftOpen(Connection connection) throws SQLException {
		return false;
	}

	/**
	 * Ask for the number that the session was last given for a row.
	 * @return the number, empty if that can't be found out without an error
	 */
	default String lastNumber(Connection connection) throws SQLException {
		return "";
	}

	/**
	 * Return a statement whose targets have the schemas in which the database finds them.
	 */
	default ScriptStatement resolve(Connection connection, ScriptStatement statement) throws SQLException {
		return statement;
	}

	/**
	 * Look at something that a statement is to change, or has changed.
	 * @return how it looks, {@link Target#ABSENT} if it is not there, {@code null} if
	 * that can't be seen
	 */
	default @Nullable String look(Connection connection, Target target) throws SQLException {
		return look(connection, target, false);
	}

	/**
	 * Look at something.
	 * @param connection the connection of the migration
	 * @param target what to look at
	 * @param there whether it is known to be there, unless somebody has just removed it
	 */
	@Nullable String look(Connection connection, Target target, boolean there) throws SQLException;

	/**
	 * Compare how something looked before a statement with how it looks now.
	 * @param connection the connection of the migration
	 * @param target what was looked at
	 * @param before how it looked
	 * @param now how it looks
	 * @param statement the statement
	 */
	Verdict compare(Connection connection, Target target, String before, String now, ScriptStatement statement)
			throws SQLException;

}

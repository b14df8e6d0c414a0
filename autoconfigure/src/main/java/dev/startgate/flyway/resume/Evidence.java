package dev.startgate.flyway.resume;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the database shows.
 */
interface Evidence {

	/**
	 * Find out whether a statement has taken effect.
	 */
	Verdict of(ScriptStatement statement) throws SQLException;

	/**
	 * Find out whether anything has changed since the position was written. What an
	 * interrupted statement leaves behind does not count.
	 */
	Verdict ofAll() throws SQLException;

	/**
	 * Find out whether something has changed since the position was written.
	 * @param butFor a statement whose own targets do not count
	 * @return what has, for people, {@code null} if nothing has
	 */
	@Nullable String changedMeanwhile(@Nullable ScriptStatement butFor) throws SQLException;

	void cleanUp(List<String> statements) throws SQLException;

	/**
	 * Return the number that the session was last given for a row, or a constant text if
	 * the database does not tell it.
	 */
	String lastNumber() throws SQLException;

}

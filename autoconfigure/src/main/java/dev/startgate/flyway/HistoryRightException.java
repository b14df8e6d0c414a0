package dev.startgate.flyway;

import java.util.List;

import org.flywaydb.core.api.FlywayException;

/**
 * The user of the migrations has no right to read or to write Flyway's history.
 */
public class HistoryRightException extends FlywayException {

	private final List<String> statements;

	HistoryRightException(String table, String user, boolean readOnly, String answer, List<String> statements,
			Throwable cause) {
		super("The user " + user
				+ (readOnly ? " can't read Flyway's history " : " can't read and write Flyway's history ") + table
				+ ": " + answer, cause);
		this.statements = List.copyOf(statements);
	}

	/**
	 * Return the statements that grant the right.
	 * @return the statements
	 */
	public List<String> getStatements() {
		return this.statements;
	}

}

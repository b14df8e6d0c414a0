package dev.startgate.sql;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Names in statements, quoted as a database wants them.
 *
 * @param quote what stands before and after a name, empty if the database quotes none
 */
public record Identifiers(String quote) {

	/** Those of standard SQL. */
	public static final Identifiers STANDARD = new Identifiers("\"");

	/**
	 * Return those of the database of a connection.
	 * @param connection the connection
	 * @return its identifiers
	 * @throws SQLException if the driver can't tell
	 */
	public static Identifiers of(Connection connection) throws SQLException {
		return new Identifiers(connection.getMetaData().getIdentifierQuoteString().strip());
	}

	/**
	 * Quote a name.
	 * @param name the name
	 * @return the name as it stands in a statement
	 */
	public String quoted(String name) {
		return this.quote.isEmpty() ? name
				: this.quote + name.replace(this.quote, this.quote + this.quote) + this.quote;
	}

	/**
	 * Quote a name with its schema.
	 * @param schema the schema, {@code null} for the current one
	 * @param name the name
	 * @return the name as it stands in a statement
	 */
	public String qualified(@Nullable String schema, String name) {
		return (schema != null) ? quoted(schema) + "." + quoted(name) : quoted(name);
	}

}

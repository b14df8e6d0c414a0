package dev.startgate.chaos;

import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database server for the chaos tests. It can be restarted, and each database that it
 * creates has an audit.
 */
interface ChaosDatabase extends AutoCloseable {

	static ChaosDatabase start(String product) throws Exception {
		return switch (product) {
			case "postgresql" -> new PostgreSqlChaosDatabase();
			case "mariadb" -> new MariaDbChaosDatabase();
			case "mysql" -> new RunningMySqlChaosDatabase();
			default -> throw new IllegalArgumentException("No chaos for the database '" + product + "'");
		};
	}

	String product();

	/**
	 * Return the product and the part of its version that matters.
	 */
	String describe();

	int port();

	/**
	 * Create a database with an audit.
	 */
	void create(String name);

	/**
	 * Return the qualifier of an audit's tables in SQL.
	 */
	String audit(String name);

	String url(int port, String name);

	/**
	 * Return the properties of a replica, except for the URL.
	 */
	List<String> properties(String name);

	/**
	 * Connect directly, as a user who may see everything.
	 */
	JdbcTemplate jdbc(String name);

	/**
	 * Return a query for the sessions that execute a migration at this moment: id, port
	 * of the client, statement.
	 */
	String executing(String name);

	/**
	 * End a session by its id.
	 */
	void end(String backend);

	/**
	 * Return the tables of a database.
	 */
	List<String> tables(String name);

	/**
	 * Describe the schema without its rows, one line for each part of it.
	 */
	List<String> schema(String name);

	/**
	 * Return a query for objects that exist but can't be used.
	 */
	String broken();

	/**
	 * Return the statements that drop the leftovers of an interrupted migration.
	 */
	List<String> undo(String version);

	/**
	 * Restart the server on the same port, with the same data.
	 * @param immediately whether it ends as in a crash
	 */
	void restart(boolean immediately) throws Exception;

	@Override
	void close() throws Exception;

}

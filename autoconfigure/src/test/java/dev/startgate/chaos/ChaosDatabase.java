package dev.startgate.chaos;

import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A server of its own for the chaos, which can be restarted, with an audit in each of its
 * databases.
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
	 * Return the product and the part of its version that tells what it can do.
	 */
	String describe();

	int port();

	/**
	 * Create a database with an audit.
	 */
	void create(String name);

	/**
	 * Return where an audit is, as a qualifier in SQL.
	 */
	String audit(String name);

	String url(int port, String name);

	/**
	 * Return the properties of a replica, but for the URL.
	 */
	List<String> properties(String name);

	/**
	 * Connect directly, as somebody who may see all.
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
	 * Describe what is in the schema beside the rows, a line for each thing.
	 */
	List<String> schema(String name);

	/**
	 * Return a query for what is there but not usable.
	 */
	String broken();

	/**
	 * Return what drops the leftovers of an interrupted migration.
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

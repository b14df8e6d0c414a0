package dev.startgate.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Keeps the migrations in {@code db/held} from ending.
 */
public final class HeldMigration implements AutoCloseable {

	private final Connection connection;

	private HeldMigration(Connection connection) {
		this.connection = connection;
	}

	public static HeldMigration in(PostgresDatabase database) throws SQLException {
		Connection connection = DriverManager.getConnection(database.url(), "postgres", "");
		connection.createStatement().execute("select pg_advisory_lock(4711)");
		return new HeldMigration(connection);
	}

	/**
	 * Let the migration end.
	 */
	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}

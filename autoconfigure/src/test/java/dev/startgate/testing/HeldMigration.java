package dev.startgate.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

import org.awaitility.Awaitility;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps the migrations in {@code db/held} from ending.
 */
public final class HeldMigration implements AutoCloseable {

	private final Connection connection;

	private final JdbcTemplate jdbc;

	private HeldMigration(Connection connection, JdbcTemplate jdbc) {
		this.connection = connection;
		this.jdbc = jdbc;
	}

	public static HeldMigration in(PostgresDatabase database) throws SQLException {
		Connection connection = DriverManager.getConnection(database.url(), "postgres", "");
		connection.createStatement().execute("select pg_advisory_lock(4711)");
		return new HeldMigration(connection, database.jdbc());
	}

	/**
	 * Wait until a migration has reached the point at which it is held.
	 */
	public void awaitReached() {
		Awaitility.await().until(() -> !select("1").isEmpty());
	}

	/**
	 * Make the statement fail at which the migration is held.
	 */
	public void cancel() {
		select("pg_cancel_backend(pid)");
	}

	private List<Object> select(String what) {
		return this.jdbc.queryForList("select " + what + " from pg_locks where locktype = 'advisory' and not granted"
				+ " and objid = 4711 and database = (select oid from pg_database where datname = current_database())",
				Object.class);
	}

	/**
	 * Let the migration end.
	 */
	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}

package dev.startgate.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A session that sits in an open transaction in which it has changed no row, but which
 * keeps the schema of the tables of the migrations as it is.
 */
final class Blocker {

	private static final List<String> TABLES = List.of("depot", "parcel", "ledger");

	private Blocker() {
	}

	/**
	 * Stand in the way for a while.
	 */
	static void start(ChaosDatabase database, String name, Duration time) {
		TcpProxy.daemon(() -> {
			try {
				block(database, name, time);
			}
			catch (SQLException | InterruptedException ex) {
				System.out.println("Nothing stands in the way any more: " + ex.getMessage());
			}
		}, "blocker");
	}

	private static void block(ChaosDatabase database, String name, Duration time)
			throws SQLException, InterruptedException {
		List<String> tables = database.tables(name).stream().filter(TABLES::contains).toList();
		try (Connection connection = Objects.requireNonNull(database.jdbc(name).getDataSource()).getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (String table : tables) {
				statement.execute("delete from " + table + " where 1 = 0");
			}
			Thread.sleep(time.toMillis());
			connection.rollback();
		}
	}

}

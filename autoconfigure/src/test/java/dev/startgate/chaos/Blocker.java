package dev.startgate.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A session that keeps a transaction open. It changes no row, but its locks keep the
 * migrations from changing the schema of their tables.
 */
final class Blocker {

	private static final List<String> TABLES = List.of("depot", "parcel", "ledger");

	private Blocker() {
	}

	/**
	 * Block the tables of the migrations for some time, in the background.
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

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.flyway.AppliedMigrations.Entry;
import dev.startgate.gate.LockTarget;
import org.jspecify.annotations.Nullable;

/**
 * Reads the history of a schema in one statement, where Flyway sends twenty. Not for a
 * connection that needs statements of the application first.
 */
final class HistoryRows {

	private final LockTarget target;

	HistoryRows(LockTarget target) {
		this.target = target;
	}

	List<Row> read() throws SQLException {
		try (Connection connection = this.target.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql(connection))) {
			List<Row> all = new ArrayList<>();
			while (rows.next()) {
				int checksum = rows.getInt("checksum");
				Content content = new Content(rows.wasNull() ? null : checksum, rows.getString("type"));
				all.add(new Row(new Entry(rows.getInt("installed_rank"), rows.getString("version"),
						rows.getString("description"), rows.getTimestamp("installed_on"),
						rows.getInt("execution_time")), rows.getBoolean("success"), content));
			}
			return all;
		}
	}

	private String sql(Connection connection) throws SQLException {
		String quote = connection.getMetaData().getIdentifierQuoteString().trim();
		String schema = (this.target.schema() != null) ? this.target.schema() : connection.getSchema();
		String prefix = (schema != null) ? quote + schema + quote + "." : "";
		return "select * from " + prefix + quote + this.target.table() + quote;
	}

	/**
	 * One row.
	 *
	 * @param entry the migration
	 * @param success whether it was applied
	 * @param content what was applied
	 */
	record Row(Entry entry, boolean success, Content content) {

		String identity() {
			return AppliedMigrations.identity(this.entry.rank(), this.entry.installedOn());
		}

	}

	/**
	 * What is compared besides version and description.
	 *
	 * @param checksum the checksum, {@code null} if there is none
	 * @param type the type of the migration
	 */
	record Content(@Nullable Integer checksum, String type) {
	}

}

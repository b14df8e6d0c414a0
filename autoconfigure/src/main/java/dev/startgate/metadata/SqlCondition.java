package dev.startgate.metadata;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import dev.startgate.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Settled when a query returns one row whose first column is true or 1. A query that
 * finds nothing is not settled.
 *
 * @param name its name
 * @param query the query
 * @param timeout how long one answer may take
 * @param stableFor how long it must hold, {@code null} for the same time as others
 * @param dataSource where the query is run
 */
public record SqlCondition(String name, String query, Duration timeout, @Nullable Duration stableFor,
		DataSource dataSource) implements TimedCondition {

	@Override
	public Settlement settled() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.setQueryTimeout((int) this.timeout.plusMillis(999).toSeconds());
			try (ResultSet result = statement.executeQuery(this.query)) {
				return toSettlement(result);
			}
		}
	}

	private static Settlement toSettlement(ResultSet result) throws SQLException {
		if (!result.next()) {
			return Settlement.notYet("the query returned no row");
		}
		Object value = result.getObject(1);
		if (result.next()) {
			return Settlement.notYet("the query returned more than one row");
		}
		return isTrue(value) ? Settlement.done()
				: Settlement.notYet("the query returned '" + value + "' instead of true or 1");
	}

	private static boolean isTrue(@Nullable Object value) {
		return Boolean.TRUE.equals(value) || (value instanceof Number number && number.doubleValue() == 1);
	}

}

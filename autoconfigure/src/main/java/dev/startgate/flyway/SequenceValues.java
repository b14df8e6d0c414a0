package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

import dev.startgate.sql.Identifiers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sequences of a PostgreSQL stand, which no transaction takes back.
 *
 * @param last the last value of each that was used, and may be read
 */
record SequenceValues(Map<String, Long> last) {

	private static final Logger logger = LoggerFactory.getLogger(SequenceValues.class);

	private static final String QUERY = "select schemaname, sequencename, last_value from pg_sequences"
			+ " where last_value is not null";

	static SequenceValues of(Connection connection) throws SQLException {
		Map<String, Long> last = new TreeMap<>();
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
			while (row.next()) {
				last.put(Identifiers.STANDARD.qualified(row.getString(1), row.getString(2)), row.getLong(3));
			}
		}
		return new SequenceValues(last);
	}

	/**
	 * Say which have moved. Others may use them, too.
	 */
	void tellWhatMoved(SequenceValues before) {
		this.last.forEach((sequence, value) -> {
			Long earlier = before.last.get(sequence);
			if (!value.equals(earlier)) {
				logger.warn("Sequence {} has moved from {} to {} meanwhile, and is not moved back", sequence,
						(earlier != null) ? earlier : "its beginning", value);
			}
		});
	}

}

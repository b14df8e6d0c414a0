package dev.startgate.flyway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

import org.springframework.core.io.Resource;

/**
 * A file that is asked just before one migration, and returns a row for each violation.
 *
 * @param version the version of the migration
 * @param name a name for people
 * @param file where it is
 * @param sql what it asks
 */
record PreconditionFile(MigrationVersion version, String name, String file, String sql) {

	private static final Pattern NAME = Pattern.compile("V([0-9][0-9._]*)__(.+)\\.sql");

	private static final int MOST_SHOWN = 10;

	/**
	 * Read a file.
	 * @throws MisnamedPreconditionException if its name does not tell the version
	 */
	static PreconditionFile read(Resource resource) throws IOException {
		String filename = String.valueOf(resource.getFilename());
		Matcher matcher = NAME.matcher(filename);
		if (!matcher.matches()) {
			throw new MisnamedPreconditionException(filename, resource.getDescription());
		}
		return new PreconditionFile(MigrationVersion.fromVersion(matcher.group(1)), matcher.group(2).replace('_', ' '),
				resource.getDescription(), resource.getContentAsString(StandardCharsets.UTF_8));
	}

	/**
	 * Ask, in the transaction of the migration.
	 * @throws MigrationPreconditionException if there is any violation
	 */
	void check(Connection connection, MigrationInfo migration) throws SQLException {
		List<String> first = new ArrayList<>();
		long count = 0;
		try (Statement statement = connection.createStatement()) {
			boolean rows = statement.execute(this.sql);
			while (rows || statement.getUpdateCount() >= 0) {
				count += rows ? read(statement.getResultSet(), first) : 0;
				rows = statement.getMoreResults();
			}
		}
		if (count > 0) {
			throw new MigrationPreconditionException(MigrationDetail.of(migration).describe(), this, count, first);
		}
	}

	private static long read(ResultSet rows, List<String> first) throws SQLException {
		long count = 0;
		ResultSetMetaData columns = rows.getMetaData();
		while (rows.next()) {
			count++;
			if (first.size() < MOST_SHOWN) {
				List<String> values = new ArrayList<>();
				for (int column = 1; column <= columns.getColumnCount(); column++) {
					values.add(columns.getColumnLabel(column) + " = " + rows.getString(column));
				}
				first.add(String.join(", ", values));
			}
		}
		return count;
	}

}

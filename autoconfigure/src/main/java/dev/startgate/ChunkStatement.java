package dev.startgate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;

/**
 * The statement of one chunk. Its parameters are found as Spring finds them, so that
 * quoted text, comments and casts are none.
 *
 * @param sql the statement, with question marks
 * @param values their values
 */
record ChunkStatement(String sql, List<Object> values) {

	/**
	 * Put values into a statement.
	 * @param sql the statement, with named parameters
	 * @param values the values, each of which must have a place in it
	 */
	static ChunkStatement of(String sql, Map<String, Long> values) {
		ParsedSql parsed = NamedParameterUtils.parseSqlStatement(sql);
		MapSqlParameterSource source = new MapSqlParameterSource(values);
		values.keySet().forEach((name) -> {
			if (!names(parsed, values).contains(name)) {
				throw new IllegalStateException("The statement of the chunks has no :" + name + ": " + sql);
			}
		});
		return new ChunkStatement(NamedParameterUtils.substituteNamedParameters(parsed, source),
				Arrays.asList(NamedParameterUtils.buildValueArray(parsed, source, null)));
	}

	/**
	 * Ask for names instead of values, because Spring does not tell the names.
	 */
	private static List<Object> names(ParsedSql parsed, Map<String, Long> values) {
		MapSqlParameterSource names = new MapSqlParameterSource();
		values.keySet().forEach((name) -> names.addValue(name, name));
		return Arrays.asList(NamedParameterUtils.buildValueArray(parsed, names, null));
	}

	int execute(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql)) {
			for (int i = 0; i < this.values.size(); i++) {
				statement.setObject(i + 1, this.values.get(i));
			}
			return statement.executeUpdate();
		}
	}

}

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.startgate.flyway.AppliedMigrations.Entry;
import dev.startgate.gate.LockTarget;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.util.AbbreviationUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the history will be once another replica has applied all that is pending here. A
 * replica that waited compares it in one statement, where Flyway would send twenty. In
 * every case but the plain one Flyway is asked nevertheless.
 */
final class ExpectedHistory {

	private static final Logger logger = LoggerFactory.getLogger(ExpectedHistory.class);

	private final LockTarget target;

	private final AppliedMigrations first;

	private final Map<String, Row> applied = new HashMap<>();

	private final Map<String, Row> pending = new HashMap<>();

	private ExpectedHistory(Configuration configuration, AppliedMigrations first) {
		this.target = FlywayTarget.of(configuration);
		this.first = first;
	}

	/**
	 * Say what is to be expected.
	 * @param configuration the configuration of Flyway
	 * @param all what it knows at first
	 * @param first what was applied at first
	 * @return empty if there is more to be done than to apply what is pending
	 */
	static Optional<ExpectedHistory> of(Configuration configuration, MigrationInfo[] all, AppliedMigrations first) {
		ExpectedHistory expected = new ExpectedHistory(configuration, first);
		for (MigrationInfo migration : all) {
			if (migration.getState() == MigrationState.PENDING) {
				expected.pending.put(key(text(migration), migration.getDescription()),
						new Row(migration.getResolvedChecksum(), migration.getType().name()));
			}
			else if (!Precheck.isDone(migration)) {
				return Optional.empty();
			}
			else if (migration.getInstalledOn() != null) {
				expected.applied.put(
						AppliedMigrations.identity(migration.getInstalledRank(), migration.getInstalledOn()),
						new Row(migration.getAppliedChecksum(), migration.getType().name()));
			}
		}
		return (configuration.getInitSql() == null) ? Optional.of(expected) : Optional.empty();
	}

	/**
	 * Return the history if it is as expected.
	 */
	Optional<AppliedMigrations> read() {
		try (Connection connection = this.target.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql(connection))) {
			return read(rows);
		}
		catch (SQLException ex) {
			logger.debug("Flyway is asked what there is to do", ex);
			return Optional.empty();
		}
	}

	private String sql(Connection connection) throws SQLException {
		String quote = connection.getMetaData().getIdentifierQuoteString().trim();
		String schema = (this.target.schema() != null) ? this.target.schema() : connection.getSchema();
		String prefix = (schema != null) ? quote + schema + quote + "." : "";
		return "select * from " + prefix + quote + this.target.table() + quote;
	}

	private Optional<AppliedMigrations> read(ResultSet rows) throws SQLException {
		Map<String, Row> still = new HashMap<>(this.applied);
		Map<String, Row> missing = new HashMap<>(this.pending);
		Map<String, Entry> more = new LinkedHashMap<>();
		while (rows.next()) {
			String identity = AppliedMigrations.identity(rows.getInt("installed_rank"),
					rows.getTimestamp("installed_on"));
			String version = rows.getString("version");
			String description = rows.getString("description");
			Row expected = still.remove(identity);
			if (expected == null) {
				expected = missing.remove(key(version, description));
				more.put(identity, new Entry(version, description, rows.getInt("execution_time")));
			}
			if (!rows.getBoolean("success") || !Row.of(rows).equals(expected)) {
				return Optional.empty();
			}
		}
		return (still.isEmpty() && missing.isEmpty()) ? Optional.of(this.first.with(more)) : Optional.empty();
	}

	private static @Nullable String text(MigrationInfo migration) {
		return (migration.getVersion() != null) ? migration.getVersion().toString() : null;
	}

	private static String key(@Nullable String version, String description) {
		return Objects.requireNonNullElse(version, "") + " " + AbbreviationUtils.abbreviateDescription(description);
	}

	/**
	 * What is compared besides version and description.
	 */
	private record Row(@Nullable Integer checksum, String type) {

		private static Row of(ResultSet rows) throws SQLException {
			int checksum = rows.getInt("checksum");
			return new Row(rows.wasNull() ? null : checksum, rows.getString("type"));
		}

	}

}

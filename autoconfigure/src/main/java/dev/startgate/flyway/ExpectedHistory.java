package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.startgate.flyway.AppliedMigrations.Entry;
import dev.startgate.flyway.HistoryRows.Content;
import dev.startgate.flyway.HistoryRows.Row;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
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

	private final HistoryRows rows;

	private final AppliedMigrations first;

	private final Map<String, Content> applied = new HashMap<>();

	private final Map<String, Content> pending = new HashMap<>();

	private ExpectedHistory(HistoryRows rows, AppliedMigrations first) {
		this.rows = rows;
		this.first = first;
	}

	/**
	 * Say what is to be expected.
	 * @param rows reads the history
	 * @param all what it knows at first
	 * @param first what was applied at first
	 * @return empty if there is more to be done than to apply what is pending
	 */
	static Optional<ExpectedHistory> of(HistoryRows rows, MigrationInfo[] all, AppliedMigrations first) {
		ExpectedHistory expected = new ExpectedHistory(rows, first);
		for (MigrationInfo migration : all) {
			if (migration.getState() == MigrationState.PENDING) {
				expected.pending.put(key(text(migration), migration.getDescription()),
						new Content(migration.getResolvedChecksum(), migration.getType().name()));
			}
			else if (!Precheck.isDone(migration)) {
				return Optional.empty();
			}
			else if (migration.getInstalledOn() != null) {
				expected.applied.put(
						AppliedMigrations.identity(migration.getInstalledRank(), migration.getInstalledOn()),
						new Content(migration.getAppliedChecksum(), migration.getType().name()));
			}
		}
		return Optional.of(expected);
	}

	/**
	 * Return the history if it is as expected.
	 */
	Optional<AppliedMigrations> read() {
		try {
			return compare(this.rows.read());
		}
		catch (SQLException ex) {
			logger.debug("Flyway is asked what there is to do", ex);
			return Optional.empty();
		}
	}

	private Optional<AppliedMigrations> compare(List<Row> rows) {
		Map<String, Content> still = new HashMap<>(this.applied);
		Map<String, Content> missing = new HashMap<>(this.pending);
		Map<String, Entry> more = new LinkedHashMap<>();
		for (Row row : rows) {
			Content expected = still.remove(row.identity());
			if (expected == null) {
				expected = missing.remove(key(row.entry().version(), row.entry().description()));
				more.put(row.identity(), row.entry());
			}
			if (!row.success() || !row.content().equals(expected)) {
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

}

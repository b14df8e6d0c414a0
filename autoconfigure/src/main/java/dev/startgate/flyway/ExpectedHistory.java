package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.flyway.HistoryRows.Content;
import dev.startgate.flyway.HistoryRows.Row;
import dev.startgate.flyway.HistorySnapshot.Entry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that the history has if nothing is pending: at the first look, where the files
 * alone tell, and once another replica has applied all that was pending here. One
 * statement compares them, where Flyway would send twenty. In unusual cases Flyway is
 * asked.
 */
final class ExpectedHistory {

	private static final Logger logger = LoggerFactory.getLogger(ExpectedHistory.class);

	private final HistoryRows rows;

	private final HistorySnapshot first;

	private final Map<String, Content> applied = new HashMap<>();

	private final Map<String, Content> pending = new LinkedHashMap<>();

	private ExpectedHistory(HistoryRows rows, HistorySnapshot first) {
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
	static Optional<ExpectedHistory> of(HistoryRows rows, MigrationInfo[] all, HistorySnapshot first) {
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
				expected.applied.put(HistorySnapshot.identity(migration.getInstalledRank(), migration.getInstalledOn()),
						new Content(migration.getAppliedChecksum(), migration.getType().name()));
			}
		}
		return Optional.of(expected);
	}

	/**
	 * Say what is to be expected where nothing is pending, without asking Flyway.
	 * @param rows reads the history
	 * @param flyway the Flyway
	 * @return empty if the application's files alone don't tell
	 */
	static Optional<ExpectedHistory> ofFiles(HistoryRows rows, Flyway flyway) {
		return VersionedFiles.read(flyway).map((files) -> {
			ExpectedHistory expected = new ExpectedHistory(rows, new HistorySnapshot(null, Map.of(), 0));
			expected.pending.putAll(files);
			return expected;
		});
	}

	/**
	 * Return what is pending where nothing was applied, a line for each migration.
	 */
	List<String> pending() {
		return this.pending.keySet().stream().map((key) -> "V" + key.replaceFirst(" ", " '") + "' (Pending)").toList();
	}

	/**
	 * Return the history if it is as expected.
	 */
	Optional<HistorySnapshot> read() {
		try {
			return compare(this.rows.read());
		}
		catch (SQLException ex) {
			if (DatabaseUnreachableException.isCausing(ex)) {
				throw new DatabaseUnreachableException(ex);
			}
			logger.debug("Flyway is asked what there is to do", ex);
			return Optional.empty();
		}
	}

	private Optional<HistorySnapshot> compare(List<Row> rows) {
		Map<String, Content> still = new HashMap<>(this.applied);
		Map<String, Content> missing = new HashMap<>(this.pending);
		Map<String, Entry> more = new LinkedHashMap<>();
		for (Row row : rows) {
			if (row.isSchemaMarker()) {
				still.remove(row.identity());
				continue;
			}
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

	static String key(@Nullable String version, String description) {
		return Objects.requireNonNullElse(version, "") + " " + FlywayInternals.abbreviated(description);
	}

}

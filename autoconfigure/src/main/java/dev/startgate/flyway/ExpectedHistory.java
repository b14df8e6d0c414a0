package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.flyway.FlywayInternals.FileName;
import dev.startgate.flyway.HistoryRows.Content;
import dev.startgate.flyway.HistoryRows.Row;
import dev.startgate.flyway.HistorySnapshot.Entry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.baseline.BaselineMigrationResolver;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that the history has if nothing is pending. They are used at the first look,
 * if the files alone tell them, and later, to see that another replica has applied all
 * that was pending here. Reading them takes one statement, where Flyway would send
 * twenty. In unusual cases Flyway is asked.
 */
final class ExpectedHistory {

	private static final Logger logger = LoggerFactory.getLogger(ExpectedHistory.class);

	private static final String[] ANY_SUFFIX = { "" };

	private final HistoryRows rows;

	private final HistorySnapshot first;

	private final Map<String, Content> applied = new HashMap<>();

	private final Map<String, Content> pending = new LinkedHashMap<>();

	private ExpectedHistory(HistoryRows rows, HistorySnapshot first) {
		this.rows = rows;
		this.first = first;
	}

	/**
	 * Return the rows to expect once all pending migrations are applied.
	 * @param rows reads the history
	 * @param all the migrations at the first look
	 * @param first what was applied at the first look
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
	 * Return the rows to expect if nothing is pending, without asking Flyway.
	 * @param rows reads the history
	 * @param flyway the Flyway
	 * @return empty if the application's files alone don't tell
	 */
	static Optional<ExpectedHistory> ofFiles(HistoryRows rows, Flyway flyway) {
		return files(flyway).map((files) -> {
			ExpectedHistory expected = new ExpectedHistory(rows, new HistorySnapshot(null, Map.of(), 0));
			expected.pending.putAll(files);
			return expected;
		});
	}

	/**
	 * Read the migrations of an application that brings only versioned SQL files. The
	 * parts of Flyway that {@code info()} uses find the files, parse their names and
	 * compute their checksums. For such files, the content alone decides whether
	 * {@code info()} finds them applied. Repeatable migrations also depend on
	 * placeholders, and a configured target or resolver changes more.
	 * @return their rows in the history, in the order of versions, empty if the
	 * application brings or configures anything else
	 */
	static Optional<Map<String, Content>> files(Flyway flyway) {
		Configuration configuration = flyway.getConfiguration();
		try {
			return isPlain(flyway, configuration) ? files(configuration) : Optional.empty();
		}
		catch (FlywayException ex) {
			// Flyway reports this itself, once it is asked
			return Optional.empty();
		}
	}

	private static boolean isPlain(Flyway flyway, Configuration configuration) {
		FlywayInternals.validate(configuration);
		MigrationVersion target = configuration.getTarget();
		return flyway.getClass() == Flyway.class && (target == null || target == MigrationVersion.LATEST)
				&& configuration.getJavaMigrations().length == 0 && configuration.getResolvers().length == 0
				&& !configuration.isSkipDefaultResolvers() && configuration.getResourceProvider() == null
				&& configuration.getJavaMigrationClassProvider() == null
				&& !configuration.getSqlMigrationPrefix().equals(configuration.getRepeatableSqlMigrationPrefix())
				&& FlywayInternals.plugins(configuration, MigrationResolver.class)
					.stream()
					.allMatch((resolver) -> isForOtherFiles(resolver, configuration));
	}

	/**
	 * Flyway has its own resolver for baseline files, from which a new schema starts.
	 */
	private static boolean isForOtherFiles(MigrationResolver resolver, Configuration configuration) {
		return resolver.getClass() == BaselineMigrationResolver.class
				&& !configuration.getSqlMigrationPrefix().equals(resolver.getPrefix(configuration));
	}

	private static Optional<Map<String, Content>> files(Configuration configuration) {
		ResourceProvider scanner = CallbackScripts.migrations(configuration);
		String prefix = configuration.getSqlMigrationPrefix();
		Collection<LoadableResource> files = scanner.getResources(prefix, configuration.getSqlMigrationSuffixes());
		if (files.isEmpty() || files.size() != scanner.getResources("", ANY_SUFFIX).size()) {
			return Optional.empty();
		}
		SortedMap<MigrationVersion, Map.Entry<String, Content>> contents = new TreeMap<>();
		Function<String, Optional<FileName>> names = FlywayInternals.fileNames(configuration);
		for (LoadableResource file : files) {
			FileName name = names.apply(file.getFilename()).orElse(null);
			if (name == null || !prefix.equals(name.prefix()) || name.version() == null
					|| contents.put(name.version(), row(name, file)) != null) {
				return Optional.empty();
			}
		}
		Map<String, Content> sorted = new LinkedHashMap<>();
		contents.values().forEach((one) -> sorted.put(one.getKey(), one.getValue()));
		return Optional.of(sorted);
	}

	private static Map.Entry<String, Content> row(FileName name, LoadableResource file) {
		return Map.entry(key(String.valueOf(name.version()), name.description()),
				new Content(FlywayInternals.checksum(file), CoreMigrationType.SQL.name()));
	}

	/**
	 * Return a line for each migration, all of which are pending if nothing was applied.
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
			DatabaseUnreachableException.throwIfCausing(ex);
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

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * A history whose last row is known. One short query tells whether there is another one
 * by now.
 */
final class WatchedHistory {

	private final String name;

	private final ProtectedSchema target;

	private final HistoryRows rows;

	private final @Nullable MigrationVersion maximum;

	private MigrationVersion schemaVersion;

	private final int rank;

	private @Nullable Last last;

	private @Nullable String version;

	/**
	 * Create a new object.
	 * @param name the name of its Flyway
	 * @param target where it is
	 * @param now what is in it
	 * @param maximum the highest version that is not too new, {@code null} if no version
	 * is too new
	 */
	WatchedHistory(String name, ProtectedSchema target, HistorySnapshot now, @Nullable MigrationVersion maximum) {
		this.name = name;
		this.target = target;
		this.rows = new HistoryRows(target);
		this.maximum = maximum;
		this.schemaVersion = MigrationVersion.fromVersion(now.version());
		this.rank = now.rank();
	}

	String name() {
		return this.name;
	}

	/**
	 * Return the version in the last row.
	 */
	@Nullable String version() {
		return this.version;
	}

	/**
	 * Return the last known version of the schema. It is kept up to date only if there is
	 * a maximum.
	 */
	MigrationVersion schemaVersion() {
		return this.schemaVersion;
	}

	boolean isTooNew() {
		return this.maximum != null && this.schemaVersion.compareTo(this.maximum) > 0;
	}

	/**
	 * Return whether the history has changed since the last look. Connections of the
	 * application are used, because they have what is needed to see its tables.
	 */
	boolean hasChanged() throws SQLException {
		Last last = readLast();
		Last before = this.last;
		boolean changed = last != null && ((before != null) ? !last.equals(before) : last.rank() != this.rank);
		if (this.maximum != null && (changed || isTooNew())) {
			this.schemaVersion = readSchemaVersion();
		}
		if (last != null) {
			this.last = last;
			this.version = last.version();
		}
		return changed;
	}

	private @Nullable Last readLast() throws SQLException {
		try (Connection connection = this.target.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			Identifiers identifiers = Identifiers.of(connection);
			String table = identifiers.qualified(this.target.schema(), this.target.table());
			String rank = identifiers.quoted("installed_rank");
			try (ResultSet row = statement.executeQuery("select " + rank + ", " + identifiers.quoted("version") + ", "
					+ identifiers.quoted("success") + " from " + table + " where " + rank + " = (select max(" + rank
					+ ") from " + table + ")")) {
				return row.next() ? new Last(row.getInt(1), row.getString(2), row.getBoolean(3)) : null;
			}
		}
	}

	/**
	 * Read the version of the schema. A failed migration does not make it newer, because
	 * then only replicas that work with the schema as it was are there.
	 */
	private MigrationVersion readSchemaVersion() throws SQLException {
		TreeSet<MigrationVersion> applied = new TreeSet<>(Set.of(MigrationVersion.EMPTY));
		this.rows.read()
			.stream()
			.filter((row) -> row.success() && row.entry().version() != null)
			.sorted(Comparator.comparing((row) -> row.entry().rank()))
			.forEach((row) -> {
				MigrationVersion version = MigrationVersion.fromVersion(row.entry().version());
				if (row.takesBack()) {
					applied.remove(version);
				}
				else {
					applied.add(version);
				}
			});
		return applied.last();
	}

	/**
	 * The last row.
	 *
	 * @param rank its rank
	 * @param version its version, {@code null} if it has none
	 * @param success whether it was successful; the rank of a failed row is given out
	 * again
	 */
	private record Last(int rank, @Nullable String version, boolean success) {
	}

}

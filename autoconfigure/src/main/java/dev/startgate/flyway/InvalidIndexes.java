package dev.startgate.flyway;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.flyway.resume.ScriptNotes;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes on PostgreSQL that a {@code CREATE INDEX CONCURRENTLY} of a migration has left
 * when it failed or was interrupted: no query uses them, every write keeps them up, and
 * {@code IF NOT EXISTS} takes them for good. An index that was invalid before, that is
 * being built, or that is in another schema is not of that migration.
 */
final class InvalidIndexes {

	private static final Logger logger = LoggerFactory.getLogger(InvalidIndexes.class);

	private static final String INVALID = "select indexrelid from pg_index where not indisvalid";

	/**
	 * The index of a partitioned table may be invalid for a good reason. The progress of
	 * others hides what they build; then a lock on the table tells.
	 */
	private static final String LEFT = "select i.indexrelid, n.nspname, c.relname from pg_index i"
			+ " join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
			+ " where not i.indisvalid and c.relkind = 'i' and n.nspname = any (?)"
			+ " and not exists (select 1 from pg_stat_progress_create_index p where p.datname = current_database()"
			+ " and (p.index_relid = i.indexrelid or ((p.index_relid is null or p.index_relid = 0) and exists"
			+ " (select 1 from pg_locks l where l.pid = p.pid and l.relation = i.indrelid)))) order by 2, 3";

	/** So many fit into a note. Nothing is named where more were invalid before. */
	private static final int MOST = 80;

	private final NoteKeys history;

	private final LockFactory connections;

	private final ProtectedSchema target;

	private final List<String> schemas;

	InvalidIndexes(NoteKeys history, LockFactory connections, Configuration configuration) {
		this.history = history;
		this.connections = connections;
		this.target = FlywayTarget.of(configuration);
		this.schemas = Stream.concat(Stream.ofNullable(this.target.schema()), Stream.of(configuration.getSchemas()))
			.distinct()
			.toList();
	}

	/**
	 * Note which are invalid before a migration outside a transaction. What an earlier
	 * attempt of the same migration has left is not among them.
	 */
	void remember(Lease lease, Context context) {
		String item = this.history.item(context.getMigrationInfo());
		try {
			Connection connection = context.getConnection();
			if (!connection.getAutoCommit() || !isPostgreSql(connection)
					|| lease.notes()
						.read(HolderNote.Kind.INDEXES)
						.stream()
						.map(HolderNote::item)
						.anyMatch(item::equals)) {
				return;
			}
			List<String> invalid = new ArrayList<>();
			try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(INVALID)) {
				while (row.next()) {
					invalid.add(row.getString(1));
				}
			}
			if (invalid.size() <= MOST) {
				lease.notes().write(HolderNote.Kind.INDEXES, item, "invalid before: " + String.join(",", invalid));
			}
		}
		catch (SQLException ex) {
			logger.warn("Could not look for invalid indexes: {}", ex.getMessage());
		}
	}

	/**
	 * Return what a person types to remove those that migrations of this history left.
	 * @return a statement for each
	 */
	List<String> dropStatements(Lease lease) {
		Set<String> before = new HashSet<>();
		List<NotedMigration> noted = this.history.in(lease.notes().read(HolderNote.Kind.INDEXES));
		noted.forEach((one) -> before.addAll(List.of(one.note().detail().replaceFirst(".*: ?", "").split(","))));
		List<String> statements = new ArrayList<>();
		if (!noted.isEmpty()) {
			Set<String> named = named(lease, noted);
			try {
				this.connections.lend(this.target, (connection) -> read(connection, before, named, statements));
			}
			catch (SQLException ex) {
				logger.warn("Could not look for invalid indexes: {}", ex.getMessage());
			}
		}
		return statements;
	}

	/**
	 * Another team may have left one in the same schema since. Where the statements of
	 * the migrations were seen, only those count that they name.
	 */
	private static Set<String> named(Lease lease, List<NotedMigration> noted) {
		Set<String> named = new HashSet<>();
		for (NotedMigration one : noted) {
			Set<String> indexes = ScriptNotes.indexes(lease, one.note().item());
			if (indexes.isEmpty()) {
				return Set.of();
			}
			named.addAll(indexes);
		}
		return named;
	}

	/** The server cuts a name of more than 63 bytes, where a letter ends. */
	private static boolean isNamed(Set<String> named, String index) {
		return named.contains(index) || (index.getBytes(StandardCharsets.UTF_8).length >= 60
				&& named.stream().anyMatch((name) -> name.startsWith(index)));
	}

	private void read(Connection connection, Set<String> before, Set<String> named, List<String> statements)
			throws SQLException {
		List<String> migrated = this.schemas.isEmpty() ? List.of(connection.getSchema()) : this.schemas;
		try (PreparedStatement statement = connection.prepareStatement(LEFT)) {
			statement.setArray(1, connection.createArrayOf("text", migrated.toArray()));
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					if (!before.contains(row.getString(1)) && (named.isEmpty() || isNamed(named, row.getString(3)))) {
						statements.add("drop index concurrently "
								+ Identifiers.STANDARD.qualified(row.getString(2), row.getString(3)));
					}
				}
			}
		}
	}

	private static boolean isPostgreSql(Connection connection) throws SQLException {
		return "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())
				&& DistributedSql.name(connection).isEmpty();
	}

}

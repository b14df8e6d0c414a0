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
 * Invalid indexes on PostgreSQL that a {@code CREATE INDEX CONCURRENTLY} of a migration
 * left behind when it failed or was interrupted. No query uses them, every write
 * maintains them, and {@code IF NOT EXISTS} accepts them as valid. An index does not
 * count if it was invalid before, is being built, or is in another schema.
 */
final class InvalidIndexes {

	private static final Logger logger = LoggerFactory.getLogger(InvalidIndexes.class);

	private static final String INVALID = "select indexrelid from pg_index where not indisvalid";

	/**
	 * An index of a partitioned table may be invalid for a good reason, so it is left
	 * out. The progress view hides which index another user builds. A lock of that
	 * session on the table then counts as a sign of the build.
	 */
	private static final String LEFT = "select i.indexrelid, n.nspname, c.relname from pg_index i"
			+ " join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
			+ " where not i.indisvalid and c.relkind = 'i' and n.nspname = any (?)"
			+ " and not exists (select 1 from pg_stat_progress_create_index p where p.datname = current_database()"
			+ " and (p.index_relid = i.indexrelid or ((p.index_relid is null or p.index_relid = 0) and exists"
			+ " (select 1 from pg_locks l where l.pid = p.pid and l.relation = i.indrelid)))) order by 2, 3";

	/** How many fit into a note. If more were invalid before, no note is written. */
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
	 * Note which indexes are invalid before a migration outside a transaction. A note of
	 * an earlier attempt stays, so that it lacks the indexes that this attempt left.
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
	 * Return the statements with which a person drops the indexes that migrations of this
	 * history left.
	 * @return a statement for each index
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
	 * Return the indexes that the migrations name, empty if that is not known of each.
	 * Another team may have left an index in the same schema since, so others don't
	 * count.
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

	/** The server cuts a name after at most 63 bytes, at the end of a character. */
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

package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.pool.LendingPools;
import dev.startgate.flyway.HistorySnapshot.Entry;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.api.CoreMigrationType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the history of a schema in one statement, where Flyway sends twenty. Not for a
 * connection that needs statements of the application first.
 */
final class HistoryRows {

	static final Set<String> MYSQL = Set.of("MySQL", "MariaDB");

	private final ProtectedSchema target;

	private boolean seen;

	private boolean missing;

	private @Nullable String table;

	private @Nullable List<Row> last;

	HistoryRows(ProtectedSchema target) {
		this.target = target;
	}

	/**
	 * Read all rows.
	 * @return the rows, empty if there is no such table
	 */
	List<Row> read() throws SQLException {
		try (Connection connection = this.target.dataSource().getConnection()) {
			boolean there = this.seen || isThere(connection);
			this.missing = !there && flywayFindsNothing(connection);
			List<Row> all = there ? read(connection) : List.of();
			this.seen = there;
			this.last = all;
			return all;
		}
		catch (SQLException ex) {
			this.seen = false;
			this.table = null;
			throw ex;
		}
	}

	/** Return whether the last read found no such table, and Flyway would find none. */
	boolean isMissing() {
		return this.missing;
	}

	/** Return what was read last, {@code null} if nothing was. */
	@Nullable List<Row> last() {
		return this.last;
	}

	/**
	 * A query of a missing table would leave an error in the database's log.
	 */
	private boolean isThere(Connection connection) throws SQLException {
		DatabaseMetaData metadata = connection.getMetaData();
		if (MYSQL.contains(metadata.getDatabaseProductName())) {
			return isThereOnMySql(connection);
		}
		if (!metadata.supportsSchemasInDataManipulation()) {
			return true;
		}
		if (isPostgreSql(metadata)) {
			return isRelation(connection);
		}
		String pattern = this.target.table().replace("_", metadata.getSearchStringEscape() + "_");
		try (ResultSet tables = metadata.getTables(null, null, pattern, null)) {
			while (tables.next()) {
				String schema = Objects.requireNonNullElse(tables.getString("TABLE_SCHEM"), "");
				if (schema.isEmpty() || schema.equals(schema(this.target, connection))) {
					return true;
				}
			}
			return false;
		}
	}

	/**
	 * Flyway fails with its own error if a connection has no schema, and it needs two
	 * connections to look. On other databases only Flyway knows how names compare.
	 */
	private boolean flywayFindsNothing(Connection connection) throws SQLException {
		DatabaseMetaData metadata = connection.getMetaData();
		boolean catalogs = MYSQL.contains(metadata.getDatabaseProductName());
		if ((!catalogs && !isPostgreSql(metadata)) || LendingPools.isOfOne(this.target.dataSource())) {
			return false;
		}
		return this.target.schema() != null || (catalogs ? connection.getCatalog() : connection.getSchema()) != null;
	}

	/**
	 * Amazon Redshift says that it is PostgreSQL 8.
	 */
	private static boolean isPostgreSql(DatabaseMetaData metadata) throws SQLException {
		return "PostgreSQL".equals(metadata.getDatabaseProductName()) && metadata.getDatabaseMajorVersion() >= 10;
	}

	/**
	 * Here a schema is a catalog. MariaDB's driver would log a warning for each error.
	 */
	private boolean isThereOnMySql(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select 1 from information_schema.tables"
				+ " where table_schema = coalesce(?, database()) and table_name = ?")) {
			statement.setString(1, this.target.schema());
			statement.setString(2, this.target.table());
			try (ResultSet result = statement.executeQuery()) {
				return result.next();
			}
		}
	}

	/**
	 * In a start with nothing to do, the driver's own query for tables would cost more
	 * than all the rest of the look.
	 */
	private boolean isRelation(Connection connection) throws SQLException {
		String sql = "select to_regclass('" + table(connection).replace("'", "''") + "') is not null";
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() && result.getBoolean(1);
		}
	}

	private List<Row> read(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select * from " + table(connection))) {
			List<Row> all = new ArrayList<>();
			while (rows.next()) {
				int checksum = rows.getInt("checksum");
				Content content = new Content(rows.wasNull() ? null : checksum, rows.getString("type"));
				all.add(new Row(new Entry(rows.getInt("installed_rank"), rows.getString("version"),
						rows.getString("description"), rows.getTimestamp("installed_on"),
						rows.getInt("execution_time")), rows.getBoolean("success"), content));
			}
			all.sort(Comparator.comparingInt((row) -> row.entry().rank()));
			return all;
		}
	}

	/**
	 * The name is kept, because asking a connection for its schema costs a statement.
	 */
	private String table(Connection connection) throws SQLException {
		if (this.table == null) {
			this.table = table(this.target, connection);
		}
		return this.table;
	}

	/**
	 * Return the history table of a schema, as a statement names it.
	 */
	static String table(ProtectedSchema target, Connection connection) throws SQLException {
		return Identifiers.of(connection).qualified(schema(target, connection), target.table());
	}

	/**
	 * Return the history table as a person has to type it, in a client that may have
	 * another default database.
	 */
	static String typed(ProtectedSchema target, Connection connection) throws SQLException {
		if (target.schema() != null || !MYSQL.contains(connection.getMetaData().getDatabaseProductName())) {
			return table(target, connection);
		}
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select database()")) {
			return Identifiers.of(connection).qualified(row.next() ? row.getString(1) : null, target.table());
		}
	}

	/**
	 * Return how a statement writes that a migration was not successful. SQL Server,
	 * Oracle and Db2 have a number, and do not know {@code false}.
	 */
	static String no(Connection connection, String table) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select " + Identifiers.of(connection).quoted("success") + " from " + table + " where 1 = 0")) {
			return rows.getMetaData().getColumnTypeName(1).toLowerCase(Locale.ROOT).startsWith("bool") ? "false" : "0";
		}
	}

	static @Nullable String schema(ProtectedSchema target, Connection connection) throws SQLException {
		return (target.schema() != null) ? target.schema() : connection.getSchema();
	}

	/**
	 * One row.
	 *
	 * @param entry the migration
	 * @param success whether it was applied
	 * @param content what was applied
	 */
	record Row(Entry entry, boolean success, Content content) {

		String identity() {
			return HistorySnapshot.identity(this.entry.rank(), this.entry.installedOn());
		}

		/**
		 * Return whether the row only tells that Flyway has created the schema.
		 */
		boolean isSchemaMarker() {
			return this.success && CoreMigrationType.SCHEMA.name().equals(this.content.type());
		}

		/**
		 * Return whether the row says that its version is not applied any more.
		 */
		boolean takesBack() {
			return this.content.type().startsWith("UNDO")
					|| CoreMigrationType.DELETE.name().equals(this.content.type());
		}

	}

	/**
	 * What is compared besides version and description.
	 *
	 * @param checksum the checksum, {@code null} if there is none
	 * @param type the type of the migration
	 */
	record Content(@Nullable Integer checksum, String type) {
	}

}

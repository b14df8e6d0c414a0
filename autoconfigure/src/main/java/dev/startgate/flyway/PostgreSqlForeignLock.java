package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.sql.Identifiers;

/**
 * Flyway's advisory lock on PostgreSQL.
 */
final class PostgreSqlForeignLock implements ForeignLock {

	/** The letters "Flyway", to which Flyway adds the hash code of its quoted table. */
	private static final long MAGIC = 0x466C79776179L;

	/** A lock with one key is stored as its two halves, with 1 in {@code objsubid}. */
	private static final String QUERY = "select l.pid, a.usename, a.application_name, host(a.client_addr),"
			+ " coalesce(a.xact_start, a.backend_start, now())"
			+ " from pg_locks l left join pg_stat_activity a on a.pid = l.pid"
			+ " where l.locktype = 'advisory' and l.granted and l.objsubid = 1"
			+ " and l.database = (select oid from pg_database where datname = current_database())"
			+ " and ((l.classid::bigint << 32) | l.objid::bigint) = ?";

	private final long key;

	PostgreSqlForeignLock(String schema, String table) {
		this.key = MAGIC + Identifiers.STANDARD.qualified(schema, table).hashCode();
	}

	@Override
	public Optional<Unsettled> holder(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
			statement.setLong(1, this.key);
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					return Optional.empty();
				}
				long id = row.getLong(1);
				return Optional
					.of(ForeignLock.describe(id, row.getString(2), row.getObject(5, OffsetDateTime.class).toInstant(),
							"select pg_terminate_backend(" + id + ")", row.getString(3), row.getString(4)));
			}
		}
	}

}

package dev.startgate.coordination;

import java.util.Objects;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * What a lock protects.
 *
 * @param dataSource where the protected schema is; also where the tables of the lock are
 * @param initialization what is done with every new connection, if anything
 * @param schema the schema of the tables, {@code null} for the current one of a new
 * connection
 * @param table the table that names the lock
 * @param prepare makes the schema ready for other tables to be created in it; run only if
 * the tables of the lock are not there yet
 */
public record ProtectedSchema(DataSource dataSource, LockFactory.@Nullable Use initialization, @Nullable String schema,
		String table, Runnable prepare) {

	/** For a schema in which tables can be created at any time. */
	public static final Runnable NOTHING = () -> {
	};

	/**
	 * Return whether the table that names the lock must be there before other tables.
	 * @return whether it must
	 */
	public boolean isTableFirst() {
		return this.prepare != NOTHING;
	}

	/**
	 * Return whether another object describes the same table.
	 * @param other the other object
	 * @return whether it does
	 */
	public boolean isSame(ProtectedSchema other) {
		return this.dataSource.equals(other.dataSource) && Objects.equals(this.schema, other.schema)
				&& this.table.equals(other.table);
	}

}

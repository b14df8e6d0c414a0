package dev.startgate.flyway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.flyway.ViolationException.Question;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;

/**
 * A file that is asked just before one migration, and returns a row for each violation.
 *
 * @param version the version of the migration
 * @param name a name for people
 * @param file where it is
 * @param sql what it asks
 */
record PreconditionFile(MigrationVersion version, String name, String file, String sql) {

	private static final Pattern NAME = Pattern.compile("V([0-9][0-9._]*)__(.+)\\.sql");

	/**
	 * Read a file.
	 * @param property the property that names its location
	 * @throws MisnamedPreconditionException if its name does not tell the version
	 */
	static PreconditionFile read(Resource resource, String property) throws IOException {
		String filename = String.valueOf(resource.getFilename());
		Matcher matcher = NAME.matcher(filename);
		if (!matcher.matches()) {
			throw new MisnamedPreconditionException(filename, resource.getDescription(), property);
		}
		return new PreconditionFile(MigrationVersion.fromVersion(matcher.group(1)), matcher.group(2).replace('_', ' '),
				resource.getDescription(), resource.getContentAsString(StandardCharsets.UTF_8));
	}

	/**
	 * Ask, in the transaction of the migration.
	 * @throws MigrationPreconditionException if there is any violation
	 * @throws UnansweredPreconditionException if that can't be found out
	 */
	void check(Connection connection, MigrationInfo migration, String owner) {
		String what = MigrationDetail.of(migration).describe(owner);
		Violations violations;
		try {
			violations = Violations.of(connection, this.sql);
		}
		catch (SQLException ex) {
			throw new UnansweredPreconditionException(describe(), what, ex);
		}
		if (violations.count() > 0) {
			throw new MigrationPreconditionException(what, this, violations, question(connection));
		}
	}

	/**
	 * Return how to ask again later, on another connection, in the schema in which the
	 * migration would have run.
	 */
	private Question question(Connection connection) {
		Place place = Place.of(connection);
		return (another) -> {
			Place before = Place.of(another);
			place.set(another);
			try {
				return Violations.of(another, this.sql).count() > 0;
			}
			finally {
				another.rollback();
				before.set(another);
			}
		};
	}

	/**
	 * Return its name and its place, for people.
	 */
	String describe() {
		return "'" + this.name + "' (" + this.file + ")";
	}

	/**
	 * Where names without a schema are looked up.
	 *
	 * @param schema the schema, {@code null} on MySQL and MariaDB
	 * @param catalog the database, if there is no schema
	 */
	private record Place(@Nullable String schema, @Nullable String catalog) {

		static Place of(Connection connection) {
			try {
				String schema = connection.getSchema();
				return new Place(schema, (schema == null) ? connection.getCatalog() : null);
			}
			catch (SQLException ex) {
				return new Place(null, null);
			}
		}

		void set(Connection connection) throws SQLException {
			if (this.schema != null) {
				connection.setSchema(this.schema);
			}
			else if (this.catalog != null) {
				connection.setCatalog(this.catalog);
			}
		}

	}

}

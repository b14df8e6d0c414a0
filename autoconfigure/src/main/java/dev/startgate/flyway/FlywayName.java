package dev.startgate.flyway;

import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/**
 * The names of one Flyway. The name alone is not unique: an application may have a bean
 * with the name of the data migrations.
 *
 * @param name its name
 * @param label what is put before its migrations in steps, for people
 * @param owner what is put before its migrations in failures, for people, to tell them
 * from those of other Flyways
 */
record FlywayName(String name, String label, String owner) {

	/**
	 * Return the name of a Flyway bean of the application.
	 * @param name the name of the bean
	 * @param several whether there are others
	 */
	static FlywayName ofBean(String name, boolean several) {
		return new FlywayName(name, "", several ? "'" + name + "' " : "");
	}

	/**
	 * Return what all its migrations are called.
	 */
	String migrations() {
		return "migrations of '" + this.name + "'";
	}

	/**
	 * Return one of its migrations as steps call it.
	 */
	String called(MigrationInfo migration) {
		String version = (migration.getVersion() != null) ? "V" + migration.getVersion() + " " : "";
		return this.label + version + migration.getDescription();
	}

	/**
	 * Return the name of a Flyway that is no bean, as a rule one of many.
	 * @param table the name of its history table
	 * @param schema the schema of that table
	 */
	static FlywayName ofObject(String table, @Nullable String schema) {
		return new FlywayName(table, "", (schema != null) ? "'" + schema + "' " : "");
	}

}

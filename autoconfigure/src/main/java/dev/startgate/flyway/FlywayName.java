package dev.startgate.flyway;

/**
 * What one Flyway is called. An application may have a bean with the name of the data
 * migrations.
 *
 * @param name its name
 * @param label what is put before its migrations, for people
 */
record FlywayName(String name, String label) {

	/**
	 * Return the name of a Flyway of the application.
	 */
	static FlywayName of(String name) {
		return new FlywayName(name, "");
	}

}

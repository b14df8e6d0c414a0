package dev.startgate.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

/**
 * Looks many times a second which replicas execute migrations and which one has the
 * lease. It does not connect through a proxy.
 */
final class Sampler implements AutoCloseable {

	private static final Pattern VERSION = Pattern.compile("migration V(\\d+)");

	private final DataSource dataSource;

	private final String executing;

	private final IntFunction<String> tokens;

	private final List<Sample> samples = new CopyOnWriteArrayList<>();

	private final List<Lease> leases = new CopyOnWriteArrayList<>();

	private final Thread thread;

	private volatile boolean closed;

	/**
	 * Start sampling.
	 * @param tokens returns the incarnation that uses a client port
	 */
	Sampler(ChaosDatabase database, String name, IntFunction<String> tokens) {
		this.dataSource = Objects.requireNonNull(database.jdbc(name).getDataSource());
		this.executing = database.executing(name);
		this.tokens = tokens;
		this.thread = new Thread(this::run, "sampler");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Return the samples in which anything was executed, in order.
	 */
	List<Sample> samples() {
		return this.samples;
	}

	/**
	 * Return the leases in the order in which they began.
	 */
	List<Lease> leases() {
		return this.leases;
	}

	Optional<Sample> last() {
		return this.samples.isEmpty() ? Optional.empty() : Optional.of(this.samples.get(this.samples.size() - 1));
	}

	boolean isQuiet() {
		return last().map((sample) -> System.nanoTime() - sample.nanos() > 500_000_000).orElse(true);
	}

	private void run() {
		while (!this.closed) {
			try (Connection connection = this.dataSource.getConnection()) {
				while (!this.closed) {
					sample(connection);
					lease(connection);
					Thread.sleep(15);
				}
			}
			catch (SQLException ex) {
				pause();
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	/**
	 * Wait before the next connection, because the server may be restarting.
	 */
	private static void pause() {
		try {
			Thread.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void sample(Connection connection) throws SQLException {
		List<Session> sessions = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(this.executing)) {
			while (result.next()) {
				Matcher version = VERSION.matcher(result.getString(3));
				String token = this.tokens.apply(result.getInt(2));
				if (token != null && version.find()) {
					sessions.add(new Session(token, result.getString(1), version.group(1)));
				}
			}
		}
		if (!sessions.isEmpty()) {
			this.samples.add(new Sample(System.nanoTime(), sessions));
		}
	}

	private void lease(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select locked_by from startgate_lock")) {
			if (result.next()) {
				String holder = result.getString(1);
				if (this.leases.isEmpty() || !this.leases.get(this.leases.size() - 1).holder().equals(holder)) {
					this.leases.add(new Lease(System.nanoTime(), holder));
				}
			}
		}
		catch (SQLException ex) {
			// no such table: not created yet, or without Startgate
		}
	}

	@Override
	public void close() throws InterruptedException {
		this.closed = true;
		this.thread.join(2000);
	}

	/**
	 * The sessions that were executing migrations at one moment.
	 *
	 * @param nanos the moment
	 * @param sessions the sessions
	 */
	record Sample(long nanos, List<Session> sessions) {

		List<String> tokens() {
			return this.sessions.stream().map(Session::token).distinct().sorted().toList();
		}

	}

	/**
	 * A session that executes a migration.
	 *
	 * @param token the incarnation of the replica whose session it is
	 * @param backend the session
	 * @param version the version of the migration
	 */
	record Session(String token, String backend, String version) {

	}

	/**
	 * The beginning of a lease.
	 *
	 * @param nanos when it was first seen
	 * @param holder who has it
	 */
	record Lease(long nanos, String holder) {

	}

}

package dev.startgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A new, empty database in a PostgreSQL that all tests of this JVM share.
 */
public final class PostgresDatabase {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final EmbeddedPostgres SERVER = start();

	private final String name;

	private PostgresDatabase(String name) {
		this.name = name;
	}

	private static EmbeddedPostgres start() {
		try {
			return EmbeddedPostgres.builder()
				.setPort(FreePort.next())
				.setPGStartupWait(Patience.PATIENCE)
				.setServerConfig("max_connections", "300")
				// shows which rows were committed together, also behind a savepoint
				.setServerConfig("track_commit_timestamp", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static PostgresDatabase create() {
		String name = "test_" + COUNT.incrementAndGet();
		new JdbcTemplate(SERVER.getPostgresDatabase()).execute("create database " + name);
		return new PostgresDatabase(name);
	}

	public String name() {
		return this.name;
	}

	public String url() {
		return "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + this.name;
	}

	/**
	 * Return what an application needs to use this database.
	 */
	public String[] properties() {
		return new String[] { "spring.datasource.url=" + url(), "spring.datasource.username=postgres" };
	}

	/**
	 * Return a data source that opens a new connection each time.
	 */
	public DataSource dataSource() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url());
		dataSource.setUser("postgres");
		return dataSource;
	}

	public JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	/**
	 * Return the versions in the history, in the order in which they were applied.
	 */
	public List<String> history() {
		return jdbc().queryForList("select version from flyway_schema_history order by installed_rank", String.class);
	}

	/**
	 * Return how many other sessions fulfil a condition.
	 * @param condition a condition on {@code pg_stat_activity}
	 */
	public long sessions(String condition) {
		return jdbc().queryForObject("select count(*) from pg_stat_activity where datname = current_database()"
				+ " and pid <> pg_backend_pid() and " + condition, Long.class);
	}

	/**
	 * Return a value that identifies the transaction that wrote a row.
	 * @param row the table of the row, with a condition if it has more rows
	 */
	public String transactionOf(String row) {
		return jdbc().queryForObject("select pg_xact_commit_timestamp(xmin)::text from " + row, String.class);
	}

	/**
	 * Return the generation of the last holder that has begun to work.
	 */
	public long generation() {
		return jdbc().queryForObject("select generation from startgate_record where kind = 'fence'", Long.class);
	}

	/**
	 * Return the items of all notes of a kind.
	 * @param kind the kind of the notes, such as "intent"
	 */
	public List<String> notes(String kind) {
		return jdbc().queryForList("select item from startgate_record where kind = ?", String.class, kind);
	}

	/**
	 * Return the rows of the lock table, each with the generation of its fence.
	 */
	public List<Map<String, Object>> lockRows() {
		return jdbc().queryForList("select l.*, r.generation from startgate_lock l"
				+ " left join startgate_record r on r.lock_name = l.name and r.kind = 'fence'");
	}

}

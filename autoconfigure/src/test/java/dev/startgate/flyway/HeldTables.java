package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tables that another session uses, so that a script has to wait for them. The row of
 * {@code hold} is locked, and {@code occupied} can't be changed.
 */
final class HeldTables implements AutoCloseable {

	private final ScriptServer server;

	private final String url;

	private final Connection user;

	HeldTables(ScriptServer server, String url) throws SQLException {
		this.server = server;
		this.url = url;
		this.user = server.dataSource(url).getConnection();
		this.user.setAutoCommit(false);
		try (Statement statement = this.user.createStatement()) {
			statement.execute("select * from hold for update");
			statement.execute("delete from occupied where 1 = 0");
		}
	}

	/**
	 * Create a database with these tables, and with a {@code counter}.
	 * @return its URL
	 */
	static String create(ScriptServer server) {
		String url = server.create();
		JdbcTemplate jdbc = server.jdbc(url);
		for (String table : List.of("counter", "hold", "occupied")) {
			jdbc.execute("create table " + table + " (n int)");
			jdbc.execute("insert into " + table + " values (0)");
		}
		return url;
	}

	/**
	 * End the session of a script once it waits.
	 * @param run what runs the script
	 */
	void endWhatWaits(Future<?> run) {
		List<Long> waiting = Awaitility.await()
			.failFast("the script has ended", run::isDone)
			.until(this::waiting, (sessions) -> !sessions.isEmpty());
		this.server.end(this.url, waiting.get(0));
	}

	private List<Long> waiting() {
		return Stream.of("hold", "occupied").flatMap((table) -> this.server.waiting(this.url, table).stream()).toList();
	}

	@Override
	public void close() throws SQLException {
		if (!this.user.isClosed()) {
			this.user.rollback();
			this.user.close();
		}
	}

}

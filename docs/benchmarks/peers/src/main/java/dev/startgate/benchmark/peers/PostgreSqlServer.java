package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

final class PostgreSqlServer extends Server {

	private final EmbeddedPostgres server;

	private PostgreSqlServer(EmbeddedPostgres server, Path log) {
		super("PostgreSQL 18", "jdbc:postgresql://localhost:" + server.getPort() + "/", "postgres", log);
		this.server = server;
	}

	static PostgreSqlServer start(Path directory) throws IOException {
		Path log = directory.resolve("postgresql.log").toAbsolutePath();
		return new PostgreSqlServer(EmbeddedPostgres.builder()
			.setServerConfig("max_connections", "900")
			.setServerConfig("log_line_prefix", "%d/")
			.setServerConfig("logging_collector", "on")
			.setServerConfig("log_directory", directory.toAbsolutePath().toString())
			.setServerConfig("log_filename", "postgresql.log")
			.start(), log);
	}

	@Override
	void create(String name) throws SQLException {
		execute("postgres", "create database " + name);
		execute(name, "create schema locks", "create table locks.shedlock (name varchar(64) primary key,"
				+ " lock_until timestamp not null, locked_at timestamp not null, locked_by varchar(255) not null)");
	}

	@Override
	String lockTable(String database) {
		return "locks.shedlock";
	}

	@Override
	String lock(String database) {
		return "select pg_advisory_lock(20260101)";
	}

	@Override
	String unlock(String database) {
		return "select pg_advisory_unlock(20260101)";
	}

	@Override
	String work() {
		return "select 2 from pg_sleep(%s)";
	}

	@Override
	String working() {
		return "select datname, pid, query_start, client_port from pg_stat_activity"
				+ " where state = 'active' and query like 'insert into step%sleep(%' and pid <> pg_backend_pid()";
	}

	@Override
	void logStatements(String database) throws SQLException {
		execute("postgres", "alter database " + database + " set log_statement = 'all'");
	}

	@Override
	boolean isStatement(String line, String database, Set<String> sessions) {
		return line.startsWith(database + "/LOG:  statement") || line.startsWith(database + "/LOG:  execute");
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

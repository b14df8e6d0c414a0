package dev.startgate.chaos;

import java.net.URI;
import java.util.List;
import java.util.Objects;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A MySQL or MariaDB that runs at {@code MYSQL_URL}, such as
 * {@code jdbc:mysql://127.0.0.1:3306/}. Its user {@code root} must have no password.
 * {@code -Dchaos.mysql=} names a program that controls the server. With the argument
 * {@code kill} the program ends the server as in a crash. With {@code restart} it shuts
 * down the server, if that still runs, and starts it on the same data.
 */
final class RunningMySqlChaosDatabase extends MySqlChaosDatabase {

	private final URI server;

	RunningMySqlChaosDatabase() {
		super("");
		this.server = URI.create(Objects.requireNonNull(System.getenv("MYSQL_URL"), "MYSQL_URL").substring(5));
		JdbcTemplate root = new JdbcTemplate(new DriverManagerDataSource(url(port(), ""), "root", ""));
		root.execute("create user if not exists " + USER + "@'%' identified by ''");
		root.execute("grant all on *.* to " + USER + "@'%' with grant option");
	}

	@Override
	public String product() {
		return this.server.getScheme();
	}

	@Override
	public int port() {
		return this.server.getPort();
	}

	@Override
	public void restart(boolean immediately) throws Exception {
		if (immediately) {
			run("kill");
		}
		run("restart");
	}

	private static void run(String action) throws Exception {
		String program = Objects.requireNonNull(System.getProperty("chaos.mysql"), "-Dchaos.mysql=");
		int code = new ProcessBuilder(List.of(program, action)).inheritIO().start().waitFor();
		if (code != 0) {
			throw new IllegalStateException(program + " " + action + " ended with " + code);
		}
	}

	@Override
	public void close() {
		// the server was not started here
	}

}

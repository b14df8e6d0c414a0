package dev.startgate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A real PgBouncer in front of a database, where one is installed.
 */
public final class PgBouncer implements AutoCloseable {

	private final Process process;

	private final int port;

	private PgBouncer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the program, if it is installed.
	 */
	public static Optional<Path> program() {
		return Stream.concat(Stream.of("/usr/sbin"), Stream.of(System.getenv("PATH").split(":")))
			.map((directory) -> Path.of(directory, "pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Start one.
	 * @param directory where its files go
	 * @param database what is behind it
	 * @param mode how long a client keeps a session: {@code transaction} or
	 * {@code session}
	 */
	public static PgBouncer start(Path directory, PostgresDatabase database, String mode) throws IOException {
		int port = FreePort.next();
		String address = database.url().replace("jdbc:postgresql://localhost:", "");
		Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
				[databases]
				pooled = host=127.0.0.1 port=%s dbname=%s user=postgres
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = any
				pool_mode = %s
				default_pool_size = 100
				ignore_startup_parameters = extra_float_digits,application_name
				""".formatted(address.split("/")[0], address.split("/")[1], port, mode));
		List<String> command = new ArrayList<>(List.of(program().orElseThrow().toString()));
		if ("root".equals(System.getProperty("user.name"))) {
			// it refuses to run as root
			Stream.of(directory, configuration).forEach((path) -> path.toFile().setReadable(true, false));
			directory.toFile().setExecutable(true, false);
			command.addAll(List.of("-u", "nobody"));
		}
		command.add(configuration.toString());
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("pgbouncer.log").toFile())
			.start();
		PgBouncer started = new PgBouncer(process, port);
		Awaitility.await().until(started::answers);
		return started;
	}

	private boolean answers() {
		try {
			DriverManager.getConnection(url(), "postgres", "").close();
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	public String url() {
		return "jdbc:postgresql://127.0.0.1:" + this.port + "/pooled?prepareThreshold=0";
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}

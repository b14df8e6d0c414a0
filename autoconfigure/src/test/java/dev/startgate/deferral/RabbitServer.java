package dev.startgate.deferral;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The RabbitMQ that is installed on this machine, started with a home and ports of its
 * own.
 */
final class RabbitServer implements AutoCloseable {

	private static final String STARTED = "Server startup complete";

	private final int port = FreePort.next();

	private final Map<String, String> environment;

	private final Path log;

	/** Otherwise Erlang starts it in the background, and nobody ends it. */
	private final Process portMapper;

	private final Process server;

	private RabbitServer(Path script, Path home) throws IOException {
		this.log = home.resolve("log");
		String mapperPort = String.valueOf(FreePort.next());
		this.environment = Map.ofEntries(Map.entry("HOME", home.toString()), Map.entry("ERL_EPMD_PORT", mapperPort),
				Map.entry("RABBITMQ_NODENAME", "test@localhost"), Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
				Map.entry("RABBITMQ_NODE_PORT", String.valueOf(this.port)),
				Map.entry("RABBITMQ_DIST_PORT", String.valueOf(FreePort.next())),
				Map.entry("RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString()),
				Map.entry("RABBITMQ_LOG_BASE", home.toString()), Map.entry("RABBITMQ_LOGS", "-"),
				Map.entry("RABBITMQ_PID_FILE", home.resolve("pid").toString()),
				Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("plugins").toString()),
				Map.entry("RABBITMQ_CONF_ENV_FILE", home.resolve("none").toString()),
				Map.entry("RABBITMQ_CONFIG_FILE", home.resolve("none").toString()),
				Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("none").toString()));
		this.portMapper = start(List.of("epmd", "-port", mapperPort), home.resolve("epmd.log"));
		this.server = start(List.of(script.toString()), this.log);
	}

	static boolean isInstalled() {
		return script().isPresent();
	}

	private static Optional<Path> script() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "rabbitmq-server"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	static RabbitServer start(Path home) throws Exception {
		// the link leads to a wrapper that switches users: take the script beside it
		Path script = script().orElseThrow().toRealPath().resolveSibling("rabbitmq-server");
		RabbitServer server = new RabbitServer(script, home);
		try {
			HeldApplication.eventually().until(server::isStarted);
			return server;
		}
		catch (RuntimeException | Error ex) {
			server.close();
			throw ex;
		}
	}

	private boolean isStarted() throws IOException {
		String output = Files.readString(this.log);
		assertThat(this.server.isAlive()).as(output).isTrue();
		return output.contains(STARTED);
	}

	private Process start(List<String> command, Path output) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(this.environment);
		return builder.start();
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() throws Exception {
		List<ProcessHandle> family = Stream.concat(this.server.descendants(), Stream.of(this.server.toHandle()))
			.toList();
		family.forEach(ProcessHandle::destroy);
		for (ProcessHandle member : family) {
			member.onExit().get(120, TimeUnit.SECONDS);
		}
		this.portMapper.destroy();
		this.portMapper.waitFor();
	}

}

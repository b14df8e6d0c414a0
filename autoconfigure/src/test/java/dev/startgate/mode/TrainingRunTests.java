package dev.startgate.mode;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.probe.Answer;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A training run ends before the application starts ({@code spring.context.exit}), and
 * the JVM makes an archive of classes from it. Replicas then start from that archive.
 */
@Tag("long")
class TrainingRunTests {

	private static final String TRAINING = "-Dspring.context.exit=onRefresh";

	private static final String STARTGATE_FROM_ARCHIVE = "dev.startgate.gate.Gate source: shared objects file";

	@TempDir
	private Path directory;

	private CountingServer nobody;

	@BeforeEach
	void listen() throws IOException {
		this.nobody = new CountingServer();
	}

	/**
	 * Writing an archive takes longer than anything else that tests wait for.
	 */
	@ParameterizedTest
	@EnumSource
	@Timeout(value = 20, unit = TimeUnit.MINUTES)
	void needsNoDatabaseAndWhatStartsFromItMigratesOrWaitsBeforeItIsReady(Jdk jdk) throws Exception {
		Path archive = this.directory.resolve("classes");
		String classPath = classPathOfJars();
		try (ReplicaProcess training = start(jdk.java(classPath, TRAINING, jdk.writes + archive), FreePort.next(),
				this.nobody.url(), "startgate.timing=after-web-server")) {
			assertThat(training.awaitExit(PATIENCE.multipliedBy(5))).as(training.log()).isZero();
			assertThat(training.log()).doesNotContain("Tomcat started", "The gate is open");
		}
		assertThat(this.nobody.connections()).isZero();
		PostgresDatabase database = PostgresDatabase.create();
		int one = FreePort.next();
		int two = FreePort.next();
		Path loaded = this.directory.resolve("loaded");
		try (HeldMigration held = HeldMigration.in(database);
				ReplicaProcess migrates = start(
						jdk.java(classPath, jdk.reads + archive, "-Xlog:class+load:file=" + loaded), one,
						database.properties(), "startgate.timing=after-web-server")) {
			held.awaitReached();
			awaitStatus(one, "liveness", 200);
			awaitStatus(one, "readiness", 503);
			try (ReplicaProcess waits = start(jdk.java(classPath, jdk.reads + archive), two, database.properties(),
					"startgate.timing=before-beans", "startgate.probe.enabled=true")) {
				waits.awaitLog("Waiting for replica");
				awaitStatus(two, "liveness", 200);
				awaitStatus(two, "readiness", 503);
				held.close();
				awaitStatus(one, "readiness", 200);
				awaitStatus(two, "readiness", 200);
				assertThat(migrates.log()).contains("The gate is open", "does the work");
				assertThat(waits.log()).contains("The gate is open").doesNotContain("does the work");
			}
		}
		assertThat(Files.readString(loaded)).contains(STARTGATE_FROM_ARCHIVE);
	}

	/**
	 * The control arm: beans are created before such a run ends, and the migrations come
	 * before them.
	 */
	@Test
	void needsADatabaseIfMigrationsComeBeforeTheBeans() throws Exception {
		Jdk jdk = Jdk.THIS;
		try (ReplicaProcess training = start(jdk.java(System.getProperty("java.class.path"), TRAINING), FreePort.next(),
				this.nobody.url(), "startgate.database.max-wait=1s")) {
			assertThat(training.awaitExit(PATIENCE)).isOne();
			assertThat(training.log()).contains("The database can't be reached",
					"with 'startgate.timing=after-web-server' it needs no database.");
		}
		assertThat(this.nobody.connections()).isPositive();
	}

	private ReplicaProcess start(List<String> java, int port, String[] database, String... properties)
			throws IOException {
		List<String> all = new ArrayList<>(List.of(database));
		all.addAll(List.of("spring.main.web-application-type=servlet", "server.port=" + port,
				"spring.flyway.locations=classpath:db/held"));
		all.addAll(List.of(properties));
		return ReplicaProcess.start(this.directory, java, TestApplication.class, all);
	}

	private static void awaitStatus(int port, String group, int status) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(Answer.get(port, "/actuator/health/" + group).status()).isEqualTo(status));
	}

	/**
	 * Return a class path of jars only, because an archive takes no other classes.
	 */
	private String classPathOfJars() {
		ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map((entry) -> {
			if (!Files.isDirectory(Path.of(entry))) {
				return entry;
			}
			Path made = this.directory.resolve(Path.of(entry).getFileName() + ".jar");
			jar.run(new PrintWriter(System.out), new PrintWriter(System.err), "cf", made.toString(), "-C", entry, ".");
			return made.toString();
		}).collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Listens in place of a database, and counts the connections.
	 */
	private static final class CountingServer {

		private final ServerSocket socket = new ServerSocket(0);

		private final AtomicInteger connections = new AtomicInteger();

		private CountingServer() throws IOException {
			Thread thread = new Thread(this::accept, "nobody");
			thread.setDaemon(true);
			thread.start();
		}

		private void accept() {
			while (true) {
				try {
					this.socket.accept().close();
					this.connections.incrementAndGet();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}

		private String[] url() {
			return new String[] {
					"spring.datasource.url=jdbc:postgresql://localhost:" + this.socket.getLocalPort() + "/app" };
		}

		private int connections() {
			return this.connections.get();
		}

	}

	/**
	 * A JDK with its kind of archive: class data sharing for the JDK of the build, and
	 * the cache of ahead-of-time for JDK 25.
	 */
	enum Jdk {

		THIS("-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),

		JDK_25("-XX:AOTCacheOutput=", "-XX:AOTCache=");

		private final String writes;

		private final String reads;

		Jdk(String writes, String reads) {
			this.writes = writes;
			this.reads = reads;
		}

		private List<String> java(String classPath, String... options) throws IOException {
			Optional<Path> home = home();
			Assumptions.assumeTrue(home.isPresent(), "There is no JDK 25 beside this one");
			List<String> command = new ArrayList<>(List.of(home.orElseThrow().resolve("bin/java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
			command.addAll(List.of(options));
			command.addAll(List.of("-cp", classPath));
			return command;
		}

		private Optional<Path> home() throws IOException {
			Path own = Path.of(System.getProperty("java.home"));
			if (this == THIS) {
				return Optional.of(own);
			}
			try (Stream<Path> homes = Files.list(own.getParent())) {
				return homes.filter((home) -> isOf(home.resolve("release"))).findFirst();
			}
		}

		private static boolean isOf(Path release) {
			try {
				return Files.exists(release) && Files.readString(release).contains("JAVA_VERSION=\"25");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}

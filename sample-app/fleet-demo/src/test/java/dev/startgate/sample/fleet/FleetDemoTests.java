package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FleetDemo}, as its users run it.
 */
class FleetDemoTests {

	@Test
	void threeReplicasStartInOrder() throws Exception {
		try (DemoProcess demo = DemoProcess.start("--fleet.exit=true")) {
			int exitCode = demo.awaitExit();
			assertThat(exitCode).as("exit code of %s", demo.output()).isZero();
			assertThat(points(demo)).hasSize(7)
				.allMatch((point) -> point.startsWith("true"))
				.anyMatch((point) -> point.endsWith("Each replica is ready"))
				.noneMatch((point) -> point.endsWith("and 0 with no"));
			assertThat(demo.output()).filteredOn((line) -> line.contains("Migrating to V1 ")).hasSize(1);
			assertThat(demo.output()).filteredOn((line) -> line.contains("  READY  ")).hasSize(3);
			assertThat(demo.output()).anyMatch((line) -> line.matches("\\+ .* WAITING .*"));
		}
	}

	@Test
	void anotherReplicaFinishesWhatAKilledOneBegan() throws Exception {
		try (DemoProcess demo = DemoProcess.start("--fleet.exit=true", "--fleet.replicas=2",
				"--fleet.kill-holder-after=200ms")) {
			int exitCode = demo.awaitExit();
			assertThat(exitCode).as("exit code of %s", demo.output()).isZero();
			assertThat(points(demo)).hasSize(8)
				.allMatch((point) -> point.startsWith("true"))
				.anyMatch((point) -> point.contains("was killed while it migrated"))
				.anyMatch((point) -> point.endsWith("Each replica that was not killed is ready"));
		}
	}

	@Test
	void nothingOutlivesAKilledDemo() throws Exception {
		try (DemoProcess demo = DemoProcess.start("--fleet.replicas=2")) {
			Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> demo.hasPrinted("CONNECTING"));
			List<ProcessHandle> children = demo.descendants();
			int databasePort = databasePort(demo);
			demo.kill();
			assertThat(children).hasSizeGreaterThanOrEqualTo(3);
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
			assertThat(answers(databasePort)).isFalse();
		}
	}

	@Test
	void aMissingOptionIsSaid() throws Exception {
		try (DemoProcess demo = DemoProcess.start("--fleet.replica=2")) {
			assertThat(demo.awaitExit()).isOne();
			assertThat(demo.output()).first().isEqualTo("There is no option --fleet.replica");
		}
	}

	private static List<String> points(DemoProcess demo) {
		return demo.output()
			.stream()
			.map(String::strip)
			.filter((line) -> line.startsWith("true ") || line.startsWith("FALSE "))
			.toList();
	}

	private static int databasePort(DemoProcess demo) throws IOException {
		return Files.readAllLines(demo.logs().resolve("database.log"))
			.stream()
			.filter((line) -> line.startsWith(DatabaseMain.READY))
			.map((line) -> Integer.valueOf(line.substring(DatabaseMain.READY.length())))
			.findFirst()
			.orElseThrow();
	}

	private static boolean answers(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("localhost", port), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}

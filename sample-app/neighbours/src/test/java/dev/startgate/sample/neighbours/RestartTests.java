package dev.startgate.sample.neighbours;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that DevTools restarts again and again in one process.
 */
class RestartTests {

	private static final Pattern START = Pattern
		.compile("start \\d+: loader RestartClassLoader, open true, threads (\\d+), hooks (\\d+), connections (\\d+)");

	private final Database database = new Database();

	@Test
	void leavesNothingBehind(@TempDir Path directory) throws Exception {
		List<MatchResult> starts = START.matcher(output(directory)).results().toList();
		assertThat(starts).hasSize(RestartingApplication.STARTS);
		MatchResult before = starts.get(1);
		MatchResult after = starts.get(starts.size() - 1);
		for (int count = 1; count <= 3; count++) {
			assertThat(Integer.parseInt(after.group(count))).as("less than one for each start: " + after.group())
				.isLessThan(Integer.parseInt(before.group(count)) + starts.size() - 2);
		}
	}

	private String output(Path directory) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"--add-opens", "java.base/java.lang=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
						RestartingApplication.class.getName(), "--modules=org.springframework.boot.devtools",
						"--spring.main.web-application-type=none", "--spring.datasource.hikari.minimum-idle=1"));
		Stream.of(this.database.properties()).map("--"::concat).forEach(command::add);
		Path log = directory.resolve("log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			assertThat(process.waitFor()).as(Files.readString(log)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(log);
	}

}

package dev.startgate.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program that may be installed. If it is not, the test is skipped.
 */
public final class ExternalTool {

	private final Path program;

	private ExternalTool(Path program) {
		this.program = program;
	}

	/**
	 * Find a program on the path, or skip the test.
	 */
	public static ExternalTool find(String name) {
		Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
		Assumptions.assumeTrue(program.isPresent(), () -> "'" + name + "' is not installed");
		return new ExternalTool(program.orElseThrow());
	}

	/**
	 * Run the program, which must end in time with exit code 0.
	 */
	public void run(Duration timeout, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of(this.program.toString()));
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile("startgate", ".out");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)).as("%s ends in time", command)
				.isTrue();
			assertThat(process.exitValue()).as("%s: %s", command, Files.readString(output)).isZero();
		}
		finally {
			process.destroyForcibly();
			Files.deleteIfExists(output);
		}
	}

}

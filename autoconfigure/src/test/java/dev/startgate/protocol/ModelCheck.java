package dev.startgate.protocol;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tlc2.TLC;

/**
 * A run of the model checker. It needs a process of its own, because the checker keeps
 * its state in static fields.
 *
 * @param violated the property that does not hold, {@code null} if all hold
 * @param states how many distinct states there are
 * @param depth the length of the longest shortest way to a state, 0 if unknown
 * @param left how many states were not explored
 * @param steps how many states there are on the way to the violation
 * @param output what the model checker printed
 */
record ModelCheck(@Nullable String violated, long states, int depth, long left, int steps, String output) {

	static final Path MODEL = Path.of("..", "docs", "protocol");

	/** The only temporal property. */
	static final String LIVENESS = "Progress";

	private static final Pattern STATES = Pattern.compile("([\\d,]+) distinct states found, ([\\d,]+) states left");

	private static final Pattern DEPTH = Pattern.compile("depth of the complete state graph search is (\\d+)");

	private static final Pattern VIOLATED = Pattern
		.compile("Error: (?:Invariant (\\w+) is violated|Temporal properties were (violated))");

	private static final Pattern STEP = Pattern.compile("(?m)^State \\d+: ");

	private static final String ALL_LAYERS = "Without = {}";

	/**
	 * Check an instance.
	 * @param instance the name of its configuration
	 * @param without the layers and properties that are taken out
	 */
	static ModelCheck of(String instance, List<String> without) throws IOException, InterruptedException {
		Path directory = Files.createTempDirectory("startgate-model");
		try {
			for (String module : List.of("Startgate.tla", "Instances.tla")) {
				Files.copy(MODEL.resolve(module), directory.resolve(module));
			}
			String configuration = Files.readString(MODEL.resolve(instance + ".cfg"));
			if (!configuration.contains(ALL_LAYERS)) {
				throw new IllegalStateException("'" + instance + "' lacks a layer already");
			}
			Files.writeString(directory.resolve("Instances.cfg"), without(configuration, without));
			return read(run(directory));
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private static String without(String configuration, List<String> names) {
		String properties = configuration.substring(configuration.indexOf("INVARIANT"));
		String layers = names.stream()
			.filter((name) -> !properties.contains(name))
			.map((name) -> '"' + name + '"')
			.collect(Collectors.joining(", ", "Without = {", "}"));
		return names.stream()
			.reduce(configuration, (rest, name) -> rest.replace(" " + name, ""))
			.replace(ALL_LAYERS, layers);
	}

	private static String run(Path directory) throws IOException, InterruptedException {
		Path output = directory.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-cp", tools(), TLC.class.getName(),
				"-workers", "1", "Instances")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			process.waitFor();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(output);
	}

	private static String tools() {
		try {
			return Path.of(TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ModelCheck read(String output) {
		MatchResult states = last(STATES, output).orElseThrow(() -> new IllegalStateException(output));
		Matcher violated = VIOLATED.matcher(output);
		String what = violated.find() ? Objects.requireNonNullElse(violated.group(1), LIVENESS) : null;
		if (what == null && !output.contains("No error has been found")) {
			throw new IllegalStateException(output);
		}
		int depth = last(DEPTH, output).map((found) -> Integer.parseInt(found.group(1))).orElse(0);
		return new ModelCheck(what, number(states.group(1)), depth, number(states.group(2)),
				(int) STEP.matcher(output).results().count(), output);
	}

	private static Optional<MatchResult> last(Pattern pattern, String output) {
		return pattern.matcher(output).results().reduce((before, next) -> next);
	}

	private static long number(String digits) {
		return Long.parseLong(digits.replace(",", ""));
	}

	/**
	 * Return the cells of the rows of the table below a heading.
	 */
	static Stream<List<String>> table(String heading) throws IOException {
		return Files.readString(MODEL.resolve("README.md"))
			.lines()
			.dropWhile((line) -> !line.equals("## " + heading))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("## "))
			.filter((line) -> line.startsWith("| `"))
			.map((line) -> Stream.of(line.substring(1).split("\\|")).map(String::strip).toList());
	}

}

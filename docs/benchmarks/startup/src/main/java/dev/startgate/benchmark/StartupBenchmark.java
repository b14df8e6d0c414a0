package dev.startgate.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Starts one application in turn with and without Startgate on its class path, on a
 * database where everything is migrated. It compares the medians of the time, and of what
 * the main thread allocates, which does not depend on other load.
 */
public final class StartupBenchmark {

	private static final Pattern STARTED = Pattern.compile("process running for ([0-9.]+)\\)");

	private static final Pattern ALLOCATED = Pattern.compile("allocated ([0-9]+)");

	private static final int DEFAULT_RUNS = 10;

	private StartupBenchmark() {
	}

	/**
	 * Run the benchmark.
	 * @param args the number of runs of each kind
	 * @throws IOException if a process can't be started
	 * @throws InterruptedException if interrupted
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		int runs = (args.length > 0) ? Integer.parseInt(args[0]) : DEFAULT_RUNS;
		String classPath = System.getProperty("java.class.path");
		String plain = Arrays.stream(classPath.split(File.pathSeparator))
			.filter((entry) -> !entry.contains("startgate-spring-boot") && !entry.contains("shedlock")
					&& !entry.matches(".*/(autoconfigure|starter)/target/.*"))
			.collect(Collectors.joining(File.pathSeparator));
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
			start(classPath, url);
			start(plain, url);
			List<Start> with = new ArrayList<>();
			List<Start> without = new ArrayList<>();
			for (int run = 0; run < runs; run++) {
				// each goes first in half of the pairs
				if (run % 2 == 0) {
					with.add(start(classPath, url));
				}
				without.add(start(plain, url));
				if (run % 2 == 1) {
					with.add(start(classPath, url));
				}
				System.out.printf(Locale.ROOT, "run %2d   with %.3f s   without %.3f s%n", run + 1,
						with.get(run).seconds(), without.get(run).seconds());
			}
			compare("s", with, without, Start::seconds);
			compare("MB", with, without, Start::megabytes);
		}
	}

	private static void compare(String unit, List<Start> with, List<Start> without, ToDoubleFunction<Start> measure) {
		double one = median(with, measure);
		double other = median(without, measure);
		System.out.printf(Locale.ROOT, "median   with %.3f %s   without %.3f %s   ratio %.3f%n", one, unit, other, unit,
				one / other);
	}

	private static Start start(String classPath, String url) throws IOException, InterruptedException {
		String java = ProcessHandle.current().info().command().orElse("java");
		Process process = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", classPath,
				BenchmarkApplication.class.getName(), "--spring.datasource.url=" + url)
			.redirectErrorStream(true)
			.start();
		List<String> output = new ArrayList<>();
		double seconds = 0;
		double megabytes = 0;
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				output.add(line);
				Matcher matcher = STARTED.matcher(line);
				if (matcher.find()) {
					seconds = Double.parseDouble(matcher.group(1));
				}
				Matcher allocated = ALLOCATED.matcher(line);
				if (allocated.matches()) {
					megabytes = Double.parseDouble(allocated.group(1)) / 1_000_000;
				}
			}
		}
		if (process.waitFor() != 0 || seconds == 0) {
			throw new IllegalStateException("The application did not start:\n" + String.join("\n", output));
		}
		return new Start(seconds, megabytes);
	}

	private static double median(List<Start> starts, ToDoubleFunction<Start> measure) {
		List<Double> sorted = starts.stream().map(measure::applyAsDouble).sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	private record Start(double seconds, double megabytes) {
	}

}

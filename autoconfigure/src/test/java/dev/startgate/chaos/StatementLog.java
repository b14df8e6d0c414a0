package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The log of a PostgreSQL that writes down each statement, with who sent it and when.
 */
final class StatementLog {

	private static final Pattern LINE = Pattern.compile("([^/]+)/(\\d+)\\.(\\d{3})/LOG: {2}(statement|execute).*",
			Pattern.DOTALL);

	private final Path file;

	StatementLog(Path directory) {
		this.file = directory.resolve("statements.log").toAbsolutePath();
	}

	EmbeddedPostgres.Builder configure(EmbeddedPostgres.Builder builder) {
		return builder.setServerConfig("log_statement", "all")
			.setServerConfig("log_line_prefix", "%a/%n/")
			.setServerConfig("logging_collector", "on")
			.setServerConfig("log_directory", this.file.getParent().toString())
			.setServerConfig("log_filename", this.file.getFileName().toString());
	}

	/**
	 * Count the statements of each application within a time.
	 * @param from its begin, in milliseconds since the epoch
	 * @param to its end
	 */
	Map<String, Integer> count(long from, long to) throws IOException {
		Map<String, Integer> counts = new TreeMap<>();
		try (Stream<String> lines = Files.lines(this.file)) {
			lines.map(LINE::matcher).filter(Matcher::matches).forEach((line) -> {
				long at = Long.parseLong(line.group(2) + line.group(3));
				if (from <= at && at < to) {
					counts.merge(line.group(1), 1, Integer::sum);
				}
			});
		}
		return counts;
	}

}

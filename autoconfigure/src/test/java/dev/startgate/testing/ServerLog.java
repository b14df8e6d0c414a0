package dev.startgate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import static dev.startgate.testing.Patience.PATIENCE;

/**
 * The log of a PostgreSQL that records each statement and each error, with its time and
 * the application that sent it.
 */
public final class ServerLog {

	private static final Pattern BEGIN = Pattern.compile("([^/]*)/(\\d+)\\.(\\d{3})/([A-Z]+): {2}(.*)");

	private final Path file;

	/**
	 * Create the log of a server to be started.
	 * @param directory where it is
	 */
	public ServerLog(Path directory) {
		this.file = directory.resolve("server.log").toAbsolutePath();
	}

	/**
	 * Start the server.
	 */
	public EmbeddedPostgres start() throws IOException {
		return EmbeddedPostgres.builder()
			.setPort(FreePort.next())
			.setPGStartupWait(PATIENCE)
			.setServerConfig("max_connections", "300")
			.setServerConfig("log_statement", "all")
			.setServerConfig("log_line_prefix", "%a/%n/")
			.setServerConfig("logging_collector", "on")
			.setServerConfig("log_directory", this.file.getParent().toString())
			.setServerConfig("log_filename", this.file.getFileName().toString())
			.start();
	}

	/**
	 * Return what is in the log by now.
	 */
	public List<Entry> entries() throws IOException {
		List<Entry> entries = new ArrayList<>();
		for (String line : Files.readAllLines(this.file)) {
			Matcher begin = BEGIN.matcher(line);
			if (begin.matches()) {
				entries.add(new Entry(begin.group(1), Long.parseLong(begin.group(2) + begin.group(3)), begin.group(4),
						begin.group(5)));
			}
			else if (!entries.isEmpty()) {
				Entry last = entries.remove(entries.size() - 1);
				entries.add(new Entry(last.application(), last.at(), last.level(), last.text() + "\n" + line));
			}
		}
		return entries;
	}

	/**
	 * One entry.
	 *
	 * @param application who sent it
	 * @param at when, in milliseconds since the epoch
	 * @param level such as {@code LOG} or {@code ERROR}
	 * @param text all lines of it
	 */
	public record Entry(String application, long at, String level, String text) {

		public boolean isStatement() {
			return this.level.equals("LOG") && this.text.matches("(?s)(statement|execute).*");
		}

		public boolean isError() {
			return List.of("ERROR", "FATAL", "PANIC").contains(this.level);
		}

	}

}

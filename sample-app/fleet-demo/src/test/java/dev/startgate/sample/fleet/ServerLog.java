package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The log of a PostgreSQL: each statement and each error, in the order in which they
 * came.
 */
final class ServerLog {

	private final JsonMapper json = new JsonMapper();

	private final Path directory;

	ServerLog(Path directory) {
		this.directory = directory;
	}

	EmbeddedPostgres.Builder server() {
		return EmbeddedPostgres.builder()
			.setPGStartupWait(RoleProcess.PATIENCE)
			.setServerConfig("log_statement", "all")
			.setServerConfig("log_destination", "jsonlog")
			.setServerConfig("logging_collector", "on")
			.setServerConfig("log_directory", this.directory.toAbsolutePath().toString())
			.setServerConfig("log_filename", "server.log");
	}

	/**
	 * Return the entries of all complete lines. The last line may still be incomplete.
	 */
	List<Entry> entries() throws IOException {
		String lines = Files.readString(this.directory.resolve("server.json"));
		return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(this::entry).toList();
	}

	private Entry entry(String line) {
		JsonNode node = this.json.readTree(line);
		return new Entry(node.path("user").asString(""), node.path("application_name").asString(""),
				node.path("error_severity").asString(), node.path("message").asString());
	}

	/**
	 * One entry.
	 *
	 * @param user the user of the session
	 * @param application the application that sent it
	 * @param severity such as {@code LOG} or {@code ERROR}
	 * @param message a statement or an error
	 */
	record Entry(String user, String application, String severity, String message) {

		boolean isError() {
			return List.of("ERROR", "FATAL", "PANIC").contains(this.severity);
		}

		boolean isStatement() {
			return this.severity.equals("LOG") && this.message.matches("(?s)(statement|execute [^:]+): .*");
		}

		/**
		 * Return the statement without comments, in one line and in small letters.
		 */
		String statement() {
			return this.message.replaceFirst("(statement|execute [^:]+): ", "")
				.replaceAll("(?s)/\\*.*?\\*/", "")
				.replaceAll("\\s+", " ")
				.strip()
				.toLowerCase(Locale.ROOT);
		}

	}

}

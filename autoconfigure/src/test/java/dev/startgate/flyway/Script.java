package dev.startgate.flyway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A script of the corpus in {@code db/corpus}.
 *
 * @param name what is in it
 * @param text the script itself
 */
record Script(String name, String text) {

	private static final String BEGIN = "-- script: ";

	private static final String STOPS = "-- stops";

	private static final String ONLY = "-- only in a transaction";

	private static final String FINDS = "-- finds: ";

	static List<Script> of(String language) throws IOException {
		try (InputStream resource = Objects
			.requireNonNull(Script.class.getResourceAsStream("/db/corpus/" + language + ".sql"))) {
			String all = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
			return Stream
				.concat(Stream.of(all.split("(?m)^" + BEGIN)).filter((script) -> !script.isBlank()).map(Script::read),
						Stream.of(many()))
				.toList();
		}
	}

	private static Script read(String script) {
		String[] parts = script.split("\n", 2);
		return new Script(parts[0], parts[1]);
	}

	private static Script many() {
		return new Script("5,000 statements",
				IntStream.range(0, 5000)
					.mapToObj((i) -> "insert into big values (" + i + ");\n")
					.collect(Collectors.joining("",
							"update counter set n = n + 1;\ncreate table big (x int primary key);\n",
							"alter table big add y int;\nupdate hold set n = n + 1;\n")));
	}

	/**
	 * Return why the script does not go on, or {@code null} if it goes on.
	 */
	@Nullable String refusal(boolean inTransaction) {
		String there = inTransaction ? " in a transaction: " : " outside a transaction: ";
		return Stream.concat(comments(STOPS + ": "), comments(STOPS + there)).findFirst().orElse(null);
	}

	/**
	 * Return whether the script begins a transaction itself. Such a script does more
	 * outside of Flyway's transaction.
	 */
	boolean beginsTransaction() {
		return this.text.matches("(?s).*\\n(start transaction|begin)\\b.*");
	}

	/**
	 * Return whether the script is about the transaction that Flyway begins.
	 */
	boolean isInTransaction() {
		return comments(ONLY).findAny().isPresent();
	}

	/**
	 * Return queries, each with the result that it has at the end.
	 */
	List<String[]> finds() {
		return comments(FINDS).map((line) -> line.split(" -> ", 2)).toList();
	}

	private Stream<String> comments(String begin) {
		return this.text.lines().filter((line) -> line.startsWith(begin)).map((line) -> line.substring(begin.length()));
	}

	@Override
	public String toString() {
		return this.name;
	}

}

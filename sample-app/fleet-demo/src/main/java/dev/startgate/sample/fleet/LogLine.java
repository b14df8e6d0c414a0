package dev.startgate.sample.fleet;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a replica's log. While a replica creates its beans nothing can be asked of it
 * by HTTP, so its log is the only sign of life.
 *
 * @param at when it was written
 * @param level the level
 * @param logger the name of the logger
 * @param message the message
 */
record LogLine(Instant at, String level, String logger, String message) {

	/**
	 * The log pattern of the replicas, whose lines are read here.
	 */
	static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %5p [%15.15t] %logger : %m%n%wEx";

	private static final Pattern LINE = Pattern.compile("(\\d{4}-\\S+) +([A-Z]+) \\[.{15}] (\\S+) : (.*)");

	static Optional<LogLine> parse(String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		return Optional.of(new LogLine(OffsetDateTime.parse(matcher.group(1)).toInstant(), matcher.group(2),
				matcher.group(3), matcher.group(4)));
	}

}

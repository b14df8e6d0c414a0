package dev.startgate.benchmark.peers;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The options of the command line, such as {@code replicas=20 peers=flyway,startgate}.
 */
final class Options {

	private final Map<String, String> options;

	Options(String line) {
		this.options = Arrays.stream(line.split("\\s+"))
			.filter((option) -> !option.isEmpty())
			.map((option) -> option.split("=", 2))
			.collect(Collectors.toMap((option) -> option[0], (option) -> option[1]));
	}

	String text(String name, String otherwise) {
		return this.options.getOrDefault(name, otherwise);
	}

	int number(String name, int otherwise) {
		return Integer.parseInt(text(name, String.valueOf(otherwise)));
	}

	boolean isChosen(String name, String value) {
		return Arrays.asList(text(name, value).split(",")).contains(value);
	}

}

package dev.startgate.chaos;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds in the logs of the replicas how scripts went on where they had stopped.
 */
final class Resumed {

	private static final Pattern GOES_ON = Pattern.compile("(V\\S+) '.*' (?:\\(.*\\) )?(goes on with statement .*)");

	private Resumed() {
	}

	static List<String> find(List<Replica> replicas) {
		return replicas.stream()
			.flatMap((replica) -> replica.incarnations().stream())
			.flatMap((process) -> GOES_ON.matcher(process.log()).results().map(Resumed::describe).distinct())
			.toList();
	}

	private static String describe(MatchResult found) {
		return found.group(1) + " " + found.group(2);
	}

}

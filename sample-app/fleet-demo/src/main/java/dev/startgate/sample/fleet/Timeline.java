package dev.startgate.sample.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Prints one line for each change. What a replica says right after a change of state
 * belongs to the same line, so a line without a text is held back for a moment.
 */
final class Timeline {

	private static final Duration HOLD = Duration.ofMillis(300);

	private final List<Line> held = new ArrayList<>();

	private final Map<String, NavigableMap<Instant, String>> states = new HashMap<>();

	private final PrintStream out;

	private final Instant start;

	Timeline(PrintStream out, Instant start) {
		this.out = out;
		this.start = start;
	}

	void state(String replica, Instant at, String state, String text) {
		this.states.computeIfAbsent(replica, (name) -> new TreeMap<>()).put(at, state);
		this.held.add(new Line(at, replica, state, text));
	}

	void remark(String replica, Instant at, String text) {
		int latest = this.held.size() - 1;
		while (latest >= 0 && !this.held.get(latest).isOf(replica, at)) {
			latest--;
		}
		if (latest >= 0 && this.held.get(latest).text().isEmpty()) {
			this.held.set(latest, this.held.get(latest).with(text));
		}
		else {
			this.held.add(new Line(at, replica, stateOf(replica, at), text));
		}
	}

	private String stateOf(String replica, Instant at) {
		NavigableMap<Instant, String> changes = this.states.getOrDefault(replica, Collections.emptyNavigableMap());
		Map.Entry<Instant, String> latest = changes.floorEntry(at);
		return (latest != null) ? latest.getValue() : "";
	}

	/**
	 * Print what is due, in the order in which it happened.
	 * @param now the time
	 */
	void print(Instant now) {
		printUntil(now.minus(HOLD));
	}

	void printAll() {
		printUntil(Instant.MAX);
	}

	private void printUntil(Instant end) {
		this.held.sort(Comparator.comparing(Line::at));
		while (!this.held.isEmpty() && this.held.get(0).at().isBefore(end)) {
			this.out.println(format(this.held.remove(0)));
		}
		this.out.flush();
	}

	private String format(Line line) {
		return String
			.format("+%7s  %-10s  %-10s  %s", Seconds.of(Duration.between(this.start, line.at())), line.replica(),
					line.state(), line.text())
			.stripTrailing();
	}

	private record Line(Instant at, String replica, String state, String text) {

		boolean isOf(String replica, Instant until) {
			return this.replica.equals(replica) && !this.at.isAfter(until);
		}

		Line with(String text) {
			return new Line(this.at, this.replica, this.state, text);
		}

	}

}

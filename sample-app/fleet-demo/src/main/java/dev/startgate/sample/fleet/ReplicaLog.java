package dev.startgate.sample.fleet;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.GateState;
import dev.startgate.sample.fleet.FleetEvent.Remark;
import dev.startgate.sample.fleet.FleetEvent.StateSeen;

/**
 * Listens to the log of one replica for what Startgate and Flyway say.
 */
final class ReplicaLog implements Consumer<String> {

	/**
	 * The logger that tells each change of state, at level DEBUG.
	 */
	static final String STATE_LOGGER = "dev.startgate.gate.Gate";

	private static final Pattern STATE = Pattern.compile("State is now '([A-Z]+)'.*");

	private static final Pattern MIGRATION = Pattern.compile("Migrating schema .* to version \"(.*)\".*");

	private final String replica;

	private final Consumer<FleetEvent> events;

	ReplicaLog(String replica, Consumer<FleetEvent> events) {
		this.replica = replica;
		this.events = events;
	}

	@Override
	public void accept(String line) {
		LogLine.parse(line).ifPresent(this::accept);
	}

	private void accept(LogLine line) {
		Matcher state = STATE.matcher(line.message());
		Matcher migration = MIGRATION.matcher(line.message());
		if (line.logger().equals(STATE_LOGGER) && state.matches()) {
			this.events.accept(new StateSeen(this.replica, line.at(), GateState.valueOf(state.group(1))));
		}
		else if (line.logger().startsWith("org.flywaydb.") && migration.matches()) {
			remark(line, "Migrating to V" + migration.group(1));
		}
		else if (isFromStartgate(line) && !line.level().equals("DEBUG")) {
			remark(line, withoutDetails(line.message()));
		}
	}

	private void remark(LogLine line, String text) {
		this.events.accept(new Remark(this.replica, line.at(), text));
	}

	private static boolean isFromStartgate(LogLine line) {
		return line.logger().startsWith("dev.startgate.") && !line.logger().startsWith("dev.startgate.sample.");
	}

	/**
	 * Keep lines short: the whole sentence is in the log.
	 */
	private static String withoutDetails(String sentence) {
		int details = sentence.indexOf(" (");
		return (details > 0) ? sentence.substring(0, details) : sentence;
	}

}

package dev.startgate.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The result of a round, for people.
 *
 * @param seed the seed, with which the round can be repeated
 * @param arm with or without Startgate
 * @param database the product and its version
 * @param faults what happened, and when
 * @param resolved what a person was asked to resolve and has resolved
 * @param resumed how scripts went on
 * @param takeovers the takeovers
 * @param violations the violations, in words
 * @param took how long it took
 * @param logs where the logs of the replicas are
 */
record RoundReport(long seed, Arm arm, String database, List<String> faults, List<String> resolved,
		List<String> resumed, List<Takeover> takeovers, List<String> violations, Duration took, Path logs) {

	boolean isClean() {
		return this.violations.isEmpty();
	}

	/**
	 * Return whether somebody had to act before all replicas could start.
	 */
	boolean neededPerson() {
		return !this.resolved.isEmpty();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		text.append("%s %s seed %d, %.1f s: %s".formatted(this.database, this.arm, this.seed,
				this.took.toMillis() / 1000.0, String.join("; ", this.faults)));
		this.takeovers.forEach((takeover) -> text.append("\n    takeover: lease after %s, executing after %d ms"
			.formatted(takeover.lease().map((time) -> time.toMillis() + " ms").orElse("-"),
					takeover.executing().toMillis())));
		this.resumed.forEach((how) -> text.append("\n    resumed: ").append(how));
		this.resolved.forEach((version) -> text.append("\n    resolved by a person: ").append(version));
		this.violations.forEach((violation) -> text.append("\n    VIOLATION ").append(violation));
		if (!isClean() || neededPerson()) {
			text.append("\n    logs: ").append(this.logs);
		}
		return text.toString();
	}

}

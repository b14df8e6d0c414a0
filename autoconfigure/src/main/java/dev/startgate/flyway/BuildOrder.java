package dev.startgate.flyway;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Tells an older build from a newer one that brings the same versions: by a number that
 * the application counts up, or else by the time when it was built. A number and a time
 * are not compared.
 *
 * @param numbered whether it is a number
 * @param value the number, or the time in milliseconds
 */
public record BuildOrder(boolean numbered, long value) {

	/** What is recorded for a build without an order. */
	static final String NONE = "none";

	private static final String NUMBER = "number ";

	private static final String TIME = "time ";

	/**
	 * Return the order of a build.
	 * @param number its number, if it has one
	 * @param time when it was built, if that is known
	 * @return the order, {@code null} if neither is known
	 */
	public static @Nullable BuildOrder of(@Nullable Long number, @Nullable Instant time) {
		if (number != null) {
			return new BuildOrder(true, number);
		}
		return (time != null) ? new BuildOrder(false, time.toEpochMilli()) : null;
	}

	static Optional<BuildOrder> read(@Nullable String recorded) {
		return Optional.ofNullable(recorded)
			.filter((text) -> text.matches("(" + NUMBER + "|" + TIME + ")\\d{1,19}"))
			.map((text) -> new BuildOrder(text.startsWith(NUMBER),
					Long.parseUnsignedLong(text.replaceAll("\\D+", ""))));
	}

	String write() {
		return (this.numbered ? NUMBER : TIME) + this.value;
	}

	boolean isBefore(BuildOrder other) {
		return this.numbered == other.numbered && this.value < other.value;
	}

	String describe() {
		return this.numbered ? "number " + this.value : "of " + Instant.ofEpochMilli(this.value);
	}

}

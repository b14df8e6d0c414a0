package dev.startgate.lock;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.GateSnapshot.Progress;
import org.jspecify.annotations.Nullable;

/**
 * The form of a holder's progress in the record, such as {@code 2/5 +31 V3 add index}. It
 * tells how many seconds the current step had taken when the note was written. So no
 * clock is compared with another one.
 */
final class ProgressNote {

	private static final Pattern PATTERN = Pattern.compile("(\\d{1,9})/(\\d{1,9})(?: \\+(\\d{1,9}))?(?: (.*))?",
			Pattern.DOTALL);

	private static final int LONGEST = 1000;

	private ProgressNote() {
	}

	static String write(Progress progress, Instant now) {
		String current = (progress.current() != null) ? " " + progress.current() : "";
		String note = progress.done() + "/" + progress.total() + " +"
				+ Math.max(0, Duration.between(progress.since(), now).toSeconds()) + current;
		return (note.length() > LONGEST) ? note.substring(0, LONGEST) : note;
	}

	/**
	 * Read a note.
	 * @param note the note
	 * @param written when it was written, on the clock of the reader
	 */
	static @Nullable Progress read(@Nullable String note, Instant written) {
		Matcher matcher = PATTERN.matcher((note != null) ? note : "");
		if (!matcher.matches()) {
			return null;
		}
		String seconds = matcher.group(3);
		return new Progress(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(4),
				(seconds != null) ? written.minusSeconds(Long.parseLong(seconds)) : written);
	}

}

package dev.startgate.lock;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.GateSnapshot.Progress;
import org.jspecify.annotations.Nullable;

/**
 * How a holder's progress is written into the record: {@code 2/5 V3 add index}.
 */
final class ProgressNote {

	private static final Pattern PATTERN = Pattern.compile("(\\d{1,9})/(\\d{1,9})(?: (.*))?", Pattern.DOTALL);

	private static final int LONGEST = 1000;

	private ProgressNote() {
	}

	static String write(Progress progress) {
		String current = (progress.current() != null) ? " " + progress.current() : "";
		String note = progress.done() + "/" + progress.total() + current;
		return (note.length() > LONGEST) ? note.substring(0, LONGEST) : note;
	}

	static @Nullable Progress read(@Nullable String note, Instant since) {
		Matcher matcher = PATTERN.matcher((note != null) ? note : "");
		if (!matcher.matches()) {
			return null;
		}
		return new Progress(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3),
				since);
	}

}

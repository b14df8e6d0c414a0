package dev.startgate.coordination;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.gate.MessageSanitizer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The note that work has failed for good, for the replicas that wait for that work and
 * never do it themselves. It decides nothing.
 */
final class FailureNotice {

	private static final Logger logger = LoggerFactory.getLogger(FailureNotice.class);

	private static final int LONGEST_ITEM = 190;

	private static final int LONGEST_DETAIL = 500;

	private FailureNotice() {
	}

	/**
	 * Write down what has failed. That this can't be done hides no failure.
	 */
	static void write(Lease lease, Work work, RuntimeException failure) {
		try {
			String description = work.describe(failure);
			if (description != null) {
				lease.notes()
					.write(HolderNote.Kind.TROUBLE, item(work), shortened(
							MessageSanitizer.hide(description).strip().replaceAll("\\s+", " "), LONGEST_DETAIL));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Replicas that wait are not told of the failure", ex);
		}
	}

	/**
	 * The work has succeeded.
	 */
	static void erase(Lease lease, Work work) {
		try {
			lease.notes().erase(HolderNote.Kind.TROUBLE, item(work));
		}
		catch (RuntimeException ex) {
			logger.debug("A failure before this success may still be noted", ex);
		}
	}

	/**
	 * Return what such notes say.
	 * @return a text for people, {@code null} if there is no note
	 */
	static @Nullable String describe(List<HolderNote> notes) {
		return notes.isEmpty() ? null
				: notes.stream()
					.map((note) -> "replica '%s' failed at %s: %s".formatted(note.replica(),
							note.at().truncatedTo(ChronoUnit.SECONDS), note.detail()))
					.collect(Collectors.joining("; "));
	}

	private static String item(Work work) {
		return shortened(work.name(), LONGEST_ITEM);
	}

	private static String shortened(String text, int longest) {
		return (text.length() <= longest) ? text : text.substring(0, longest - 1) + "…";
	}

}

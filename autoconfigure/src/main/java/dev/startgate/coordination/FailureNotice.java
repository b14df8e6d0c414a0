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

	/** The same for all work, because its name may change in the next release. */
	private static final String ITEM = "work";

	private static final int LONGEST_DETAIL = 500;

	private FailureNotice() {
	}

	/**
	 * Write down what has failed. An error in doing so does not hide the failure.
	 */
	static void write(Lease lease, Work work, RuntimeException failure) {
		try {
			String description = work.describe(failure);
			if (description != null) {
				lease.notes()
					.write(HolderNote.Kind.TROUBLE, ITEM,
							shortened(MessageSanitizer.hide(description).strip().replaceAll("\\s+", " ")));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Replicas that wait are not told of the failure", ex);
		}
	}

	/**
	 * Erase the notes after a success. The replica goes on, and writes a new note if
	 * something still fails. Startgate 0.1 has written notes about other items, which are
	 * erased too.
	 */
	static void erase(Lease lease) {
		try {
			HolderNotes notes = lease.notes();
			notes.read(HolderNote.Kind.TROUBLE).forEach((note) -> notes.erase(note.kind(), note.item()));
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

	private static String shortened(String text) {
		return (text.length() <= LONGEST_DETAIL) ? text : text.substring(0, LONGEST_DETAIL - 1) + "…";
	}

}

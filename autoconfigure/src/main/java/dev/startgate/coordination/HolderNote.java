package dev.startgate.coordination;

import java.time.Instant;

/**
 * A note that a holder writes beside its lease, for those who come after it.
 *
 * @param kind what kind of note it is
 * @param item what it is about; there is one note of a kind about an item
 * @param detail the content of the note
 * @param replica the replica that wrote it
 * @param generation the generation of the writer
 * @param at when it was written: measured by the clock of the database, and converted to
 * the clock of this process
 * @param eraseStatement the statement with which a person erases it
 */
public record HolderNote(Kind kind, String item, String detail, String replica, long generation, Instant at,
		String eraseStatement) {

	/**
	 * What a note is about.
	 */
	public enum Kind {

		/**
		 * Work that can't be rolled back is about to begin.
		 */
		INTENT,

		/**
		 * Work has failed, and would fail in the same way if it were done again.
		 */
		FAILURE,

		/**
		 * Work has failed for good, in words for replicas that only wait for it.
		 */
		TROUBLE,

		/**
		 * How far work has come that is committed step by step.
		 */
		POSITION,

		/**
		 * How far a script has come whose statements commit by themselves.
		 */
		SCRIPT,

		/**
		 * What an object looks like that a script has changed or is about to change.
		 */
		LOOK,

		/**
		 * Which indexes were already invalid before work that may leave more of them.
		 */
		INDEXES

	}

}

package dev.startgate.coordination;

import java.time.Instant;

/**
 * What a holder writes down beside its lease, for those who come after it to know.
 *
 * @param kind what kind of note it is
 * @param item what it is about; there is one note of a kind about an item
 * @param detail what is to be known
 * @param replica who wrote it
 * @param generation the generation of the writer
 * @param at when it was written, by the clock of the database, told in that of this
 * process
 * @param eraseStatement what a person types to erase it
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
		 * Work has failed for good, in words for those who only wait for it.
		 */
		TROUBLE,

		/**
		 * Work that is committed step by step has come so far.
		 */
		POSITION,

		/**
		 * A script whose statements commit by themselves has come so far.
		 */
		SCRIPT,

		/**
		 * Something that a script has changed, or is about to change, looks like that.
		 */
		LOOK,

		/**
		 * Indexes are invalid already, before work that may leave more of them.
		 */
		INDEXES

	}

}

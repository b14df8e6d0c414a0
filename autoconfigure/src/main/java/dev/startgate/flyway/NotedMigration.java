package dev.startgate.flyway;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import dev.startgate.gate.Note;

/**
 * A migration that a holder has written a note about.
 *
 * @param note the note
 * @param detail what it says
 */
record NotedMigration(Note note, MigrationDetail detail) {

	/**
	 * Return when the note was written, for people.
	 */
	Instant at() {
		return this.note.at().truncatedTo(ChronoUnit.SECONDS);
	}

}

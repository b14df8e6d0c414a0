package dev.startgate.flyway;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.flyway.resume.ScriptNotes;
import dev.startgate.flyway.resume.ScriptNotes.Found;

/**
 * A migration that a holder has written a note about.
 *
 * @param note the note
 * @param detail what it says
 * @param label what is put before the migrations of its history, for people
 */
record NotedMigration(HolderNote note, MigrationDetail detail, String label) {

	/**
	 * Return the migration, for people.
	 */
	String describe() {
		return this.detail.describe(this.label);
	}

	/**
	 * Return what became of it, for people.
	 * @param generation the generation of this replica
	 */
	String outcome(long generation) {
		if (this.detail.error().isEmpty()) {
			return "%s was interrupted: replica '%s' began it at %s".formatted(describe(), this.note.replica(), at());
		}
		return (this.note.generation() == generation) ? "%s failed: %s".formatted(describe(), this.detail.error())
				: "%s failed on replica '%s' at %s: %s".formatted(describe(), this.note.replica(), at(),
						this.detail.error());
	}

	/**
	 * Return when the note was written, for people.
	 */
	Instant at() {
		return this.note.at().truncatedTo(ChronoUnit.SECONDS);
	}

	/**
	 * Find out how far it is, if it is a script.
	 */
	Optional<Found> position(Lease lease) {
		return ScriptNotes.find(lease, this.note.item(), this.note.generation());
	}

}

package dev.startgate.coordination;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The notes that a holder writes beside its lease, for those who come after it. Safe for
 * use by several threads.
 */
public interface HolderNotes {

	/**
	 * Write a note, in place of an earlier one about the same item. It is committed when
	 * this method returns.
	 * @param kind what kind of note
	 * @param item what it is about, of at most 190 characters
	 * @param detail the content of the note; cut off after 1000 characters
	 */
	void write(HolderNote.Kind kind, String item, String detail);

	/**
	 * Write a note in the transaction of a guarded connection, to be committed with it.
	 * @param connection the connection
	 * @param kind what kind of note
	 * @param item what it is about, of at most 190 characters
	 * @param detail the content of the note; cut off after 1000 characters
	 * @throws SQLException if the connection fails
	 */
	void write(Connection connection, HolderNote.Kind kind, String item, String detail) throws SQLException;

	/**
	 * Write several notes, in their order, with as few round trips as the driver can.
	 * @param connection the guarded connection whose transaction commits the notes,
	 * {@code null} to commit them at once
	 * @param drafts the notes
	 * @throws SQLException if the connection fails
	 */
	void write(@Nullable Connection connection, List<Draft> drafts) throws SQLException;

	/**
	 * Write several notes, and commit the transaction with them.
	 * @param connection the guarded connection
	 * @param drafts the notes
	 * @throws SQLException if the connection fails
	 */
	void commit(Connection connection, List<Draft> drafts) throws SQLException;

	/**
	 * Erase a note, if there is one.
	 * @param kind what kind of note
	 * @param item what it is about
	 */
	void erase(HolderNote.Kind kind, String item);

	/**
	 * Let notes be about other items, each in place of an earlier note about that item.
	 * They stay those of their writers.
	 * @param items the new items
	 */
	void rename(Map<HolderNote, String> items);

	/**
	 * Read the notes of this lock, of every writer.
	 * @param kinds what kinds of notes
	 * @return the notes
	 */
	List<HolderNote> read(HolderNote.Kind... kinds);

	/**
	 * A note that is to be written.
	 *
	 * @param kind what kind of note
	 * @param item what it is about, of at most 190 characters
	 * @param detail the content of the note; cut off after 1000 characters
	 */
	record Draft(HolderNote.Kind kind, String item, String detail) {

	}

}

package dev.startgate.lock;

import org.jspecify.annotations.Nullable;

/**
 * A session of the database, known for certain: its number may be given to another one
 * later, but never with the same beginning.
 *
 * @param id the number by which the database ends it
 * @param began when it, or the server, began, in the words of the database
 * @param user whose session it is
 */
record Session(long id, String began, String user) {

	private static final char SEPARATOR = '@';

	/**
	 * Read what was recorded.
	 * @param item the number and the beginning
	 * @param user the user
	 * @return the session, {@code null} if it is not one that others can see
	 */
	static @Nullable Session read(String item, String user) {
		int separator = item.indexOf(SEPARATOR);
		return (separator > 0)
				? new Session(Long.parseLong(item.substring(0, separator)), item.substring(separator + 1), user) : null;
	}

	/**
	 * Return what is recorded of the session, besides its user.
	 */
	String item() {
		return this.id + String.valueOf(SEPARATOR) + this.began;
	}

}

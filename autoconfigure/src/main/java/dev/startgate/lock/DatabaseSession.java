package dev.startgate.lock;

import org.jspecify.annotations.Nullable;

/**
 * A session of the database, known for certain: its number may be given to another one
 * later, but never with the same beginning.
 *
 * @param id the number by which the database ends it
 * @param began when it, or the server, began, in the words of the database
 * @param user whose session it is
 * @param server the only server that can see and end it, empty if nobody has recorded it
 */
record DatabaseSession(long id, String began, String user, String server) {

	private static final char SEPARATOR = '@';

	private static final String ON = " on ";

	/**
	 * Read what was recorded.
	 * @param item the number and the beginning
	 * @param detail the user and the server
	 * @return the session, {@code null} if it is not one that others can see
	 */
	static @Nullable DatabaseSession read(String item, @Nullable String detail) {
		int separator = item.indexOf(SEPARATOR);
		if (separator <= 0) {
			return null;
		}
		String user = (detail != null) ? detail : "";
		int on = user.lastIndexOf(ON);
		return new DatabaseSession(Long.parseLong(item.substring(0, separator)), item.substring(separator + 1),
				(on >= 0) ? user.substring(0, on) : user, (on >= 0) ? user.substring(on + ON.length()) : "");
	}

	/**
	 * Return by what the session is recorded.
	 */
	String item() {
		return this.id + String.valueOf(SEPARATOR) + this.began;
	}

	/**
	 * Return what is recorded besides.
	 */
	String detail() {
		return this.user + ON + this.server;
	}

}

package dev.startgate.lock;

import java.math.BigDecimal;
import java.time.Instant;

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

	/** What stands before the time at which a server was started, if it is known. */
	static final String SINCE = "up-since-";

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
	 * Return whether the session is on a server, or was before that was started again. A
	 * server that has run for longer and is of the same cluster is another one.
	 */
	boolean isOf(String server) {
		int since = server.indexOf('/' + SINCE);
		return this.server.equals(server) || (since > 0 && !this.began.isEmpty()
				&& this.server.startsWith(server.substring(0, since + 1)) && seconds(this.began)
					.compareTo(seconds(Instant.parse(server.substring(since + 1 + SINCE.length())))) < 0);
	}

	private static BigDecimal seconds(String epoch) {
		return new BigDecimal(epoch);
	}

	private static BigDecimal seconds(Instant instant) {
		return BigDecimal.valueOf(instant.getEpochSecond()).add(BigDecimal.valueOf(instant.getNano(), 9));
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

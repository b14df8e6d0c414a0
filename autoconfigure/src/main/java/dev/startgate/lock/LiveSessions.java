package dev.startgate.lock;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * The sessions that are there, on one server.
 *
 * @param server the server that was asked
 * @param since when that server began, accurate to about a second; empty if its name
 * tells
 * @param all the sessions that were found, of those that were looked for
 */
record LiveSessions(String server, OptionalLong since, List<SessionActivity> all) {

	/** How much two sessions of one server may differ about its start. */
	private static final long SECONDS_APART = 2;

	/**
	 * Return whether sessions that were not found are gone. Nothing is known of sessions
	 * on another server, such as one of several that write. After a restart of the server
	 * the lease decides, because the holder may be alive.
	 */
	boolean canTellOf(Collection<DatabaseSession> sessions) {
		return sessions.stream().allMatch((session) -> session.isOn(this.server) && hasBegunWith(session));
	}

	private boolean hasBegunWith(DatabaseSession session) {
		return this.since.isEmpty() || session.began().isEmpty()
				|| Math.abs(Long.parseLong(session.began()) - this.since.getAsLong()) <= SECONDS_APART;
	}

}

package dev.startgate.lock;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * The sessions that are there, on one server.
 *
 * @param server the server that was asked
 * @param since when that began, to the second, more or less; empty if its name tells
 * @param all its sessions, of those that were looked for
 */
record LiveSessions(String server, OptionalLong since, List<SessionActivity> all) {

	/** As far as two of its sessions differ. */
	private static final long SECONDS_APART = 2;

	/**
	 * Return whether sessions that are not there are gone: of those on another server, as
	 * with several that write, nothing is known. After a restart the lease decides: its
	 * holder may be alive.
	 */
	boolean canTellOf(Collection<DatabaseSession> sessions) {
		return sessions.stream().allMatch((session) -> session.isOn(this.server) && hasBegunWith(session));
	}

	private boolean hasBegunWith(DatabaseSession session) {
		return this.since.isEmpty() || session.began().isEmpty()
				|| Math.abs(Long.parseLong(session.began()) - this.since.getAsLong()) <= SECONDS_APART;
	}

}

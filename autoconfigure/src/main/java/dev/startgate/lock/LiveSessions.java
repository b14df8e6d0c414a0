package dev.startgate.lock;

import java.util.Collection;
import java.util.List;

/**
 * The sessions that are there, on one server.
 *
 * @param server the server that was asked
 * @param all its sessions, of those that were looked for
 */
record LiveSessions(String server, List<SessionActivity> all) {

	/**
	 * Return whether sessions that are not there are gone: of those on another server, as
	 * with several that write, nothing is known. After a restart the lease decides: its
	 * holder may be alive.
	 */
	boolean canTellOf(Collection<DatabaseSession> sessions) {
		return sessions.stream().allMatch((session) -> session.isOn(this.server));
	}

}

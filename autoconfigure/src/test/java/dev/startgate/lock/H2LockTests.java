package dev.startgate.lock;

import java.util.UUID;

/**
 * {@link LockContract} on H2.
 */
class H2LockTests extends LockContract {

	@Override
	String url() {
		return "jdbc:h2:mem:" + UUID.randomUUID();
	}

	@Override
	String user() {
		return "sa";
	}

	@Override
	boolean endsSessions() {
		return false;
	}

	@Override
	boolean tellsOfReleases() {
		return false;
	}

	@Override
	String quoted(String table) {
		return '"' + table + '"';
	}

}

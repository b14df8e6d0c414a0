package dev.startgate.lock;

import dev.startgate.testing.MariaDbDatabase;

/**
 * {@link LockContract} on MariaDB, with a session in another time zone.
 */
class MariaDbLockTests extends LockContract {

	@Override
	String url() {
		return MariaDbDatabase.create() + "?sessionVariables=time_zone='+05:30'";
	}

	@Override
	String user() {
		return "root";
	}

	@Override
	String quoteSchema(String name) {
		return '`' + name + '`';
	}

}

package dev.startgate.lock;

import dev.startgate.testing.MariaDbDatabase;

/**
 * {@link LockContract} on MariaDB with a driver that counts changed rows.
 */
class AffectedRowsLockTests extends LockContract {

	@Override
	String url() {
		return MariaDbDatabase.create() + "?useAffectedRows=true";
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

package dev.startgate.lock;

import dev.startgate.testing.MariaDbDatabase;

/**
 * {@link LockContract} with a driver that counts only rows that have changed.
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

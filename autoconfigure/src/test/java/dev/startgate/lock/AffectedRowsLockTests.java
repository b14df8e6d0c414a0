package dev.startgate.lock;

import dev.startgate.testing.MariaDbDatabase;

/**
 * The same with a driver that counts only rows that have changed.
 */
class AffectedRowsLockTests extends MariaDbLockTests {

	@Override
	String url() {
		return MariaDbDatabase.create() + "?useAffectedRows=true";
	}

}

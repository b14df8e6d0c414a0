package dev.startgate.lock;

import dev.startgate.testing.MariaDbDatabase;

/**
 * Takeover on MariaDB.
 */
class MariaDbTakeoverTests extends TakeoverContract {

	@Override
	String url() {
		return MariaDbDatabase.create();
	}

	@Override
	String user() {
		return "root";
	}

	@Override
	Sessions sessions() {
		return new MySqlSessions();
	}

	@Override
	String slowStatement() {
		return "select 2, sleep(2)";
	}

	@Override
	String activity() {
		return "information_schema.processlist where id <> connection_id() and info";
	}

}

package dev.startgate.lock;

import dev.startgate.testing.PostgresDatabase;

/**
 * {@link LockContract} on PostgreSQL, with a session in another time zone.
 */
class PostgreSqlLockTests extends LockContract {

	@Override
	String url() {
		return PostgresDatabase.create().url() + "?options=-c%20TimeZone=Asia/Kolkata";
	}

	@Override
	String user() {
		return "postgres";
	}

}

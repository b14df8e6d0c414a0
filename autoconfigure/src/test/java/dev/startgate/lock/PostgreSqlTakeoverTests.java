package dev.startgate.lock;

import dev.startgate.testing.PostgresDatabase;

/**
 * Takeover on PostgreSQL.
 */
class PostgreSqlTakeoverTests extends TakeoverContract {

	@Override
	String url() {
		return PostgresDatabase.create().url();
	}

	@Override
	String user() {
		return "postgres";
	}

	@Override
	Sessions sessions() {
		return new PostgreSqlSessions();
	}

	@Override
	String slowStatement() {
		return "select 2, pg_sleep(2)";
	}

	@Override
	String activity() {
		return "pg_stat_activity where pid <> pg_backend_pid() and state = 'active' and query";
	}

}

package dev.startgate.lock;

import java.time.Duration;

/**
 * A session that is there.
 *
 * @param session the session
 * @param activity what it is doing
 * @param since for how long
 * @param command what kind of statement it runs
 */
record SessionActivity(DatabaseSession session, Activity activity, Duration since, String command) {

	/**
	 * What a session is doing.
	 */
	enum Activity {

		/**
		 * It runs no statement, though it may have an open transaction.
		 */
		IDLE,

		/**
		 * It runs a statement.
		 */
		RUNNING,

		/**
		 * The database does not show it to this user.
		 */
		HIDDEN

	}

}

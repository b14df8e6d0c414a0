package dev.startgate.flyway;

/**
 * When a migration is run.
 */
enum RunMode {

	/**
	 * Even if nothing is pending, because nobody knows what it does.
	 */
	ALWAYS,

	/**
	 * If there is anything to do.
	 */
	IF_PENDING,

	/**
	 * By others only.
	 */
	NEVER

}

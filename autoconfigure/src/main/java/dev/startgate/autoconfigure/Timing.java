package dev.startgate.autoconfigure;

/**
 * When migrations run.
 */
public enum Timing {

	/**
	 * While beans are created, before those that need the schema.
	 */
	BEFORE_BEANS,

	/**
	 * When all beans are there and the web server answers.
	 */
	AFTER_WEB_SERVER

}

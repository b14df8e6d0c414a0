package dev.startgate.flyway;

/**
 * What to do about a migration that may be half done.
 */
public enum OnInterrupted {

	/**
	 * Go on with the statement at which it stopped. Run nothing if that can't be found
	 * out.
	 */
	RESUME,

	/**
	 * Run nothing until a person has looked.
	 */
	STOP,

	/**
	 * Run it again from its beginning.
	 */
	RERUN

}

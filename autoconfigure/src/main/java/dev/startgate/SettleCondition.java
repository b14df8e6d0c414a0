package dev.startgate;

/**
 * A bean that holds the gate until something outside the schema is in step with it.
 * Polled on every replica, also those that only waited or had nothing to do, on a thread
 * of Startgate, never by two threads at once.
 */
public interface SettleCondition {

	/**
	 * Return a name for people, unique in the application.
	 * @return the name
	 */
	String name();

	/**
	 * Look once.
	 * @return the answer
	 * @throws Exception an exception is an answer too: not yet, because of it
	 */
	Settlement settled() throws Exception;

}

package dev.startgate.flyway;

/**
 * A rehearsal goes no further, because what comes next could not be rolled back.
 */
final class NotRehearsedException extends RuntimeException {

	/**
	 * Create a new object.
	 * @param why what the next step does, for people
	 */
	NotRehearsedException(String why) {
		super(why);
	}

	String why() {
		return String.valueOf(getMessage());
	}

}

package dev.startgate;

/**
 * The kind of a step of a start. There are few kinds, however many steps there are.
 */
public enum StepKind {

	/** Waiting for the database to be there. */
	REACH("reach "),

	/** Looking at what there is to do. */
	LOOK("look at "),

	/** Waiting for others. */
	WAIT("wait for "),

	/** All the work under one lease. Other steps are parts of it. */
	PERFORM("perform "),

	/** One migration. */
	MIGRATE("migrate "),

	/** Applying one source of metadata. */
	APPLY("apply metadata "),

	/** Waiting until one condition has settled; without a subject, until all have. */
	SETTLE("settle "),

	/** Waiting until a person has resolved what blocks the start. */
	BLOCKED("blocked until "),

	/** Anything else. */
	OTHER("");

	private final String words;

	StepKind(String words) {
		this.words = words;
	}

	/**
	 * Return the name of a step of this kind.
	 * @param subject what the step is about, may be empty
	 * @return the name, such as "migrate V7 orders"
	 */
	public String named(String subject) {
		return (this.words + subject).strip();
	}

	String subject(String name) {
		return name.startsWith(this.words) ? name.substring(this.words.length()) : "";
	}

}

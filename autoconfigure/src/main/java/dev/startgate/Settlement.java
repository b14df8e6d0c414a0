package dev.startgate;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a {@link SettleCondition}.
 */
public final class Settlement {

	private static final Settlement DONE = new Settlement(true, "settled");

	private final boolean done;

	private final String why;

	private Settlement(boolean done, String why) {
		this.done = done;
		this.why = why;
	}

	/**
	 * Answer that the condition holds.
	 * @return the answer
	 */
	public static Settlement done() {
		return DONE;
	}

	/**
	 * Answer that the condition does not hold yet.
	 * @param why what is missing, shown to operators; may be the message of an exception,
	 * which may be {@code null}
	 * @return the answer
	 */
	public static Settlement notYet(@Nullable String why) {
		return new Settlement(false, (why != null && !why.isBlank()) ? why : "no reason given");
	}

	/**
	 * Return whether the condition holds.
	 * @return whether the condition holds
	 */
	public boolean isDone() {
		return this.done;
	}

	/**
	 * Return the answer in words.
	 * @return what is missing, or that nothing is
	 */
	public String why() {
		return this.why;
	}

	@Override
	public String toString() {
		return this.why;
	}

}

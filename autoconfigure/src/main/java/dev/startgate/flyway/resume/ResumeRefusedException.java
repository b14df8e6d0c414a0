package dev.startgate.flyway.resume;

import java.util.List;
import java.util.stream.Stream;

/**
 * An interrupted script can't go on by itself.
 */
public final class ResumeRefusedException extends RuntimeException {

	/** How a report begins. */
	public static final String REPORT = "It can't go on by itself: ";

	private final List<String> statements;

	private final boolean begun;

	ResumeRefusedException(String why, List<String> statements, boolean begun) {
		super(why);
		this.statements = List.copyOf(statements);
		this.begun = begun;
	}

	/**
	 * Create an exception about a script whose statements were not looked at.
	 * @param why why it can't go on
	 */
	public ResumeRefusedException(String why) {
		this(why, List.of(), false);
	}

	/**
	 * Return the reason, and the statements with what is known of each.
	 */
	public List<String> report() {
		return Stream.concat(Stream.of(REPORT + getMessage()), this.statements.stream()).toList();
	}

	/**
	 * Return whether statements have been executed before this was found out.
	 */
	public boolean hasBegun() {
		return this.begun;
	}

}

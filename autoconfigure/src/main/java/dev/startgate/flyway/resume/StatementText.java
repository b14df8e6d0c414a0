package dev.startgate.flyway.resume;

import org.jspecify.annotations.Nullable;

/**
 * The text of a statement of MySQL or MariaDB. Flyway gives it with its delimiter, which
 * the script may have changed.
 */
final class StatementText {

	/** Symbols that end no statement, except that a name may end with the first. */
	private static final String SYMBOLS = "$;/|\\,:~!?^&@#%<>=+-*.";

	private StatementText() {
	}

	/**
	 * Take the delimiter away.
	 * @param text a statement with its delimiter
	 * @return the statement, {@code null} if it is not certain where it ends
	 */
	static @Nullable String withoutDelimiter(String text) {
		int end = text.length();
		while (end > 0 && SYMBOLS.indexOf(text.charAt(end - 1)) >= 0 && !text.startsWith("*/", end - 2)) {
			end--;
		}
		int length = text.length() - end;
		int dollars = 0;
		while (dollars < length && text.charAt(end + dollars) == '$') {
			dollars++;
		}
		// a name can't contain the delimiter, so one or two dollar signs are all of it
		boolean certain = length > 0 && (dollars == 0 || (dollars == length && dollars <= 2));
		return certain ? text.substring(0, end) : null;
	}

}

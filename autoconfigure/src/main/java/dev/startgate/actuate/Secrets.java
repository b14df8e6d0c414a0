package dev.startgate.actuate;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Takes out of messages what is nobody's business: passwords in URLs, and the values of
 * rows that a database quotes.
 */
final class Secrets {

	private static final Pattern PARAMETER = Pattern
		.compile("(?i)((?:password|passwd|pwd|secret|token|passphrase)\\s*[=:]\\s*)[^\\s&;,'\")]+");

	private static final Pattern USER_INFO = Pattern.compile("(//[^/\\s:@]*:)[^/\\s@]+@");

	private static final Pattern KEY = Pattern.compile("(Key \\([^)]*\\)=)\\([^\\n]*?\\)(?= |$)", Pattern.MULTILINE);

	private static final Pattern ROW = Pattern.compile("(Failing row contains )\\([^\\n]*\\)");

	private Secrets() {
	}

	static @Nullable String hide(@Nullable String message) {
		if (message == null) {
			return null;
		}
		String text = PARAMETER.matcher(message).replaceAll("$1***");
		text = USER_INFO.matcher(text).replaceAll("$1***@");
		text = KEY.matcher(text).replaceAll("$1(***)");
		return ROW.matcher(text).replaceAll("$1(***)");
	}

}

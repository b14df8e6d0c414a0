package dev.startgate.gate;

import java.util.regex.Pattern;

/**
 * Takes out of texts what only few are allowed to see. Credentials are shown nowhere.
 * Values of rows are in the log only, and not in health, at the endpoint, or in the
 * tables of Startgate, which other users of the database read.
 * <p>
 * All repetitions are possessive or limited, so that no text takes long.
 */
public final class MessageSanitizer {

	static final String HIDDEN = "***";

	/** A name in front of a credential; what stands before and after is part of it. */
	private static final String NAME = "(?:(?<!using )password|passwd|passphrase|passcode|pwd|secret|token|credential"
			+ "|signature|authorization|cookie|(?:api|access|account|private|encryption)[_-]?key"
			+ "|(?<![a-z])(?:pass|pw|sig)(?![a-z]))[\\w-]{0,40}+";

	/** Up to its end, or up to the end of the text if it has none. */
	private static final String QUOTED = "(?:\"(?:[^\"\\\\]|\\\\.|\"\")*+\"?|'(?:[^'\\\\]|\\\\.|'')*+'?)";

	private static final String PLAIN = "[^\\s&;,'\")\\]}>]++";

	/** {@code Authorization: Bearer abc}, up to the end of the line. */
	private static final Pattern HEADER = Pattern
		.compile("(?i)(\\b(?:authorization|cookie)[\"']?\\s{0,9}[:=]\\s{0,9})" + "(?:" + QUOTED + "|[^\\r\\n\"']++)");

	/**
	 * {@code password=abc}, {@code "apiKey": "abc"}, {@code 'token' => 'abc'}. What is in
	 * single quotes may be the name of something, and a text may follow it.
	 */
	private static final Pattern PARAMETER = Pattern.compile("(?is)(" + NAME
			+ "(?:\"?\\s{0,9}[:=]>?\\s{0,9}|'\\s{0,9}[:=]>?\\s{0,9}(?=[\"'])))(?:" + QUOTED + "|" + PLAIN + ")");

	/** {@code alter role r password 'abc'}, {@code identified by 'abc'}. */
	private static final Pattern SQL = Pattern
		.compile("(?is)(\\bpassword(?:\\s{1,9}|\\s{0,9}\\(\\s{0,9}| for [^=]{1,100}=\\s{0,9})"
				+ "|\\bidentified\\s{1,9}(?:with\\s{1,9}\\S{1,100}\\s{1,9})?(?:by|as)\\s{1,9}(?:password\\s{1,9})?)"
				+ "(?:[en]?'(?:[^'\\\\]|\\\\.|'')*+'?|(?<=by )" + PLAIN + ")");

	/** {@code Bearer abc}, wherever it stands. */
	private static final Pattern BEARER = Pattern.compile("(?i)(\\bbearer\\s{1,9})[\\w.~+/=-]{16,}+");

	/** {@code https://user:abc@host}. */
	private static final Pattern USER_INFO = Pattern.compile("(//[^/\\s:@]{0,100}:)[^/\\s]{1,1000}@");

	/** {@code jdbc:oracle:thin:scott/abc@host}. */
	private static final Pattern ORACLE = Pattern
		.compile("(?i)(jdbc:oracle:\\w{1,20}:[^/\\s@]{1,100}/)[^\\s@]{1,100}+(?=@)");

	private static final Pattern PRIVATE_KEY = Pattern
		.compile("(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)(?:[^-]|-(?!----END))*+");

	/** What {@link #row(String, String)} writes. */
	private static final Pattern ROW = Pattern.compile("(?m)^( {4}- [^|\\n]{0,200}\\|) .*$");

	private MessageSanitizer() {
	}

	/**
	 * Hide credentials, for the log.
	 * @param text a text for people
	 * @return the text with asterisks instead of each credential
	 */
	public static String hideCredentials(String text) {
		String shown = text;
		for (Pattern pattern : new Pattern[] { PRIVATE_KEY, HEADER, PARAMETER, SQL, BEARER, ORACLE }) {
			shown = pattern.matcher(shown).replaceAll("$1" + HIDDEN);
		}
		return USER_INFO.matcher(shown).replaceAll("$1" + HIDDEN + "@");
	}

	/**
	 * Hide credentials and values of rows, for everything but the log.
	 * @param text a text for people
	 * @return the text with asterisks instead of each of them
	 */
	public static String hide(String text) {
		return ROW.matcher(QuotedRows.hideAll(hideCredentials(text))).replaceAll("$1 " + HIDDEN);
	}

	/**
	 * Write a row of the application as a line whose values {@link #hide(String)} takes
	 * out.
	 * @param key what tells the row from others, and may be shown; may be empty
	 * @param values the values
	 * @return a line
	 */
	public static String row(String key, String values) {
		return "    - " + key.replaceAll("[|\\s]+", " ") + " | " + values.replaceAll("\\s+", " ");
	}

}

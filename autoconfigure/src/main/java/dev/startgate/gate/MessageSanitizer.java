package dev.startgate.gate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides parts of texts that only few people may see. Credentials are shown nowhere.
 * Values of rows are in the log only, and not in health, at the endpoint, or in the
 * tables of Startgate, which other users of the database can read.
 * <p>
 * All repetitions are possessive or limited, so that no text takes long.
 */
public final class MessageSanitizer {

	static final String HIDDEN = "***";

	/** A name in front of a credential, which may be a part of a longer name. */
	private static final String NAME = "(?:(?<!using )password|passwd|passphrase|passcode|pwd|secret|token|credential"
			+ "|signature|authorization|cookie|(?:api|access|account|private|encryption)[_-]?key"
			+ "|(?<![a-z])(?:pass|pw|sig)(?![a-z]))[\\w-]{0,40}+";

	/** Quoted text up to its closing quote or, without one, to the end of the text. */
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

	/** {@code JSON data, line 1: {...} of PostgreSQL, up to the end of the line. */
	private static final Pattern JSON = Pattern.compile("(JSON data, line \\d{1,19}: )[^\\n]++");

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
		String shown = JSON.matcher(QuotedRows.hideAll(hideCredentials(text))).replaceAll("$1" + HIDDEN);
		return ROW.matcher(shown).replaceAll("$1 " + HIDDEN);
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

	/**
	 * The forms in which databases quote values of rows in their messages. A value may
	 * itself contain a parenthesis, a quote or a line break, so everything up to the last
	 * possible end is hidden: too much rather than too little. The time grows with the
	 * length of the message, whatever is in it.
	 */
	private enum QuotedRows {

		/**
		 * {@code Key (email)=(...) already exists.} in each language of PostgreSQL, in
		 * English {@code Failing row contains (...).}, SQL Server's
		 * {@code The duplicate key value is (...).}, and statements with literals.
		 */
		PARENTHESES("(?i)(?:\\)=|failing row contains |duplicate key value is |\\bvalues ?)\\(", ")"),

		/** {@code Duplicate entry '...' for key} of MySQL and MariaDB. */
		DUPLICATE_ENTRY("Duplicate entry '", "' for key"),

		/** {@code Incorrect integer value: '...' for column} of MySQL and MariaDB. */
		INCORRECT_VALUE("(?i)incorrect [\\w ]{1,40}value: '", "'"),

		/**
		 * {@code invalid input syntax for type integer: "..."} of PostgreSQL, and what it
		 * says of the other values that it can't read.
		 */
		INVALID_VALUE(
				"(?:for type [\\w ]{1,60}|for enum (?:[\\w.]|\"[^\"]{1,64}\"){1,130}|out of range"
						+ "|malformed \\w{1,20} literal|COPY \\w{1,64}, line \\d{1,19}(?:, column \\w{1,64})?): \"",
				"\""),

		/** {@code value "..." is out of range for type integer} of PostgreSQL. */
		OUT_OF_RANGE("\"(?=[^\"]{0,1000}\" is out of range)", "\" is out of range"),

		/** {@code invalid value "..." for "YYYY"} of PostgreSQL. */
		INVALID_PART("invalid value \"", "\" for \""),

		/** {@code Token "..." is invalid.} of PostgreSQL, about JSON. */
		TOKEN("Token \"", "\" is invalid");

		/** What follows the values: a paragraph, or another part of the message. */
		private static final Pattern NEXT = Pattern
			.compile("\\s\\((?:SQLSTATE|exception) |\\n\\s{0,40}(?:\\n|(?:Hint|Position|Where|Location|Line|Statement"
					+ "|Internal Query|Internal Position)\\b[^:\\n]{0,40}:)");

		private final Pattern begin;

		private final String end;

		QuotedRows(String begin, String end) {
			this.begin = Pattern.compile(begin);
			this.end = end;
		}

		static String hideAll(String message) {
			String text = message;
			for (QuotedRows form : values()) {
				text = form.hide(text);
			}
			return text;
		}

		private String hide(String text) {
			Matcher quoted = this.begin.matcher(text);
			Matcher next = NEXT.matcher(text);
			StringBuilder shown = new StringBuilder();
			int at = 0;
			while (quoted.find(at)) {
				shown.append(text, at, quoted.end()).append(HIDDEN);
				int first = text.indexOf(this.end, quoted.end());
				if (first < 0) {
					return shown.toString();
				}
				int limit = next.find(first) ? next.start() : text.length();
				at = text.lastIndexOf(this.end, limit - this.end.length());
			}
			return shown.append(text, at, text.length()).toString();
		}

	}

}

package dev.startgate.gate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The forms in which databases quote values of rows in their messages. A value may itself
 * contain a parenthesis, a quote or a line break, so everything up to the last possible
 * end is hidden: too much rather than too little. The time grows with the length of the
 * message, whatever is in it.
 */
enum QuotedRows {

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
	INVALID_VALUE("(?:for type [\\w ]{1,60}|for enum \\w{1,64}|out of range"
			+ "|COPY \\w{1,64}, line \\d{1,19}(?:, column \\w{1,64})?): \"", "\"");

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
			shown.append(text, at, quoted.end()).append(MessageSanitizer.HIDDEN);
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

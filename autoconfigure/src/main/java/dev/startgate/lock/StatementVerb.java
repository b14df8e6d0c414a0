package dev.startgate.lock;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The kind of statement that a session runs. The statements of others are not shown,
 * because they may contain passwords and personal data.
 */
final class StatementVerb {

	/** How many characters of a statement are asked for. */
	static final int LENGTH = 120;

	private static final Pattern KNOWN = Pattern.compile("(?i)(?:/\\*[^*]*\\*/|--[^\\n]*\\n|\\s)*+("
			+ "(?:create|alter|drop)\\s+(?:unique\\s+)?(?:table|index|view|role|user|database|schema|sequence|function"
			+ "|procedure|trigger|type|extension)|create|alter|drop|select|insert|update|delete|merge|replace|truncate"
			+ "|with|copy|load|call|do|vacuum|analyze|reindex|cluster|optimize|refresh|lock|begin|commit|rollback"
			+ "|fetch|execute|grant|revoke|set|show|kill)\\b.*", Pattern.DOTALL);

	private StatementVerb() {
	}

	/**
	 * Return the kind of a statement.
	 * @param statement the beginning of the statement, if the database tells it
	 * @return its first words if they are known, such as {@code CREATE INDEX}
	 */
	static String of(@Nullable String statement) {
		Matcher known = KNOWN.matcher((statement != null) ? statement : "");
		return known.matches() ? known.group(1).toUpperCase(Locale.ROOT).replaceAll("\\s+", " ") : "a statement";
	}

}

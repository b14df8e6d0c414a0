package dev.startgate.flyway;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Reads the words and symbols of an SQL text, without comments, strings, quoted names and
 * bodies of functions. One of these that is not closed is not left out. A text may have a
 * hundred megabytes.
 */
final class SqlWords {

	private final String sql;

	private final boolean mySql;

	private int at;

	private int begin;

	/**
	 * Read a text.
	 * @param mySql whether strings, names and comments are those of MySQL and MariaDB
	 */
	SqlWords(String sql, boolean mySql) {
		this.sql = sql;
		this.mySql = mySql;
	}

	/**
	 * Move to the next word or symbol.
	 * @return whether there is one
	 */
	boolean next() {
		while (this.at < this.sql.length()) {
			this.begin = this.at;
			int skipped = skipped();
			this.at = (skipped > 0) ? skipped : end();
			if (skipped == 0) {
				return true;
			}
		}
		return false;
	}

	private int end() {
		int end = next(this.begin);
		while (isWord() && end < this.sql.length() && (this.sql.charAt(end) == '$' || isPart(end))) {
			end = next(end);
		}
		return end;
	}

	private int next(int index) {
		return (this.sql.charAt(index) < 0x80) ? index + 1 : this.sql.offsetByCodePoints(index, 1);
	}

	private boolean isWord() {
		return isPart(this.begin);
	}

	/**
	 * Return the word in lower case, {@code null} if it is a symbol.
	 */
	@Nullable String word() {
		return isWord() ? this.sql.substring(this.begin, this.at).toLowerCase(Locale.ROOT) : null;
	}

	/**
	 * Return whether a statement ends here.
	 */
	boolean isEnd() {
		return this.sql.charAt(this.begin) == ';';
	}

	private boolean isPart(int index) {
		char c = this.sql.charAt(index);
		return (c < 0x80) ? (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
				: Character.isLetter(this.sql.codePointAt(index));
	}

	/**
	 * Return the end of the text to leave out, 0 if a word or a symbol begins here.
	 */
	private int skipped() {
		return switch (this.sql.charAt(this.at)) {
			case ' ', '\t', '\n', '\u000B', '\f', '\r' -> this.at + 1;
			case '-' -> this.sql.startsWith("--", this.at) ? lineEnd() : 0;
			case '/' -> this.sql.startsWith("/*", this.at) ? behind("*/", this.at + 2) : 0;
			case '#' -> this.mySql ? lineEnd() : 0;
			case 'e', 'E' -> this.sql.startsWith("'", this.at + 1) ? behindEscaped('\'', this.at + 2) : 0;
			case '\'' -> this.mySql ? behindEscaped('\'', this.at + 1) : behind("'", this.at + 1);
			case '"' -> this.mySql ? behindEscaped('"', this.at + 1) : behind("\"", this.at + 1);
			case '`' -> this.mySql ? behind("`", this.at + 1) : 0;
			case '$' -> behindBody();
			default -> 0;
		};
	}

	private int lineEnd() {
		int end = this.sql.indexOf('\n', this.at);
		return (end < 0) ? this.sql.length() : end;
	}

	private int behind(String end, int from) {
		int found = this.sql.indexOf(end, from);
		return (found < 0) ? 0 : found + end.length();
	}

	private int behindEscaped(char quote, int from) {
		for (int i = from; i < this.sql.length(); i++) {
			char c = this.sql.charAt(i);
			if (c == quote) {
				return i + 1;
			}
			if (c == '\\') {
				i++;
			}
		}
		return 0;
	}

	private int behindBody() {
		int end = this.at + 1;
		boolean numbered = end < this.sql.length() && this.sql.charAt(end) >= '0' && this.sql.charAt(end) <= '9';
		while (end < this.sql.length() && isPart(end)) {
			end = this.sql.offsetByCodePoints(end, 1);
		}
		return (!numbered && this.sql.startsWith("$", end)) ? behind(this.sql.substring(this.at, end + 1), end + 1) : 0;
	}

}

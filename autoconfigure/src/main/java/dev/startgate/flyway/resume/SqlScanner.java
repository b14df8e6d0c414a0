package dev.startgate.flyway.resume;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.Token.Kind;

/**
 * Splits a statement into its tokens, without the comments. A comment that MySQL executes
 * counts as part of the statement.
 */
public final class SqlScanner {

	private static final List<String> CHANGING_ROWS = List.of("insert", "update", "delete", "replace");

	private static final Pattern EXECUTED = Pattern.compile("/[*]M?!(?!999999)");

	private final String sql;

	private final boolean mySql;

	private final boolean ansiQuotes;

	private final List<Token> tokens = new ArrayList<>();

	private int at;

	private SqlScanner(String sql, boolean mySql, boolean ansiQuotes) {
		this.sql = sql;
		this.mySql = mySql;
		this.ansiQuotes = ansiQuotes;
	}

	public static List<Token> postgreSql(String sql) {
		return new SqlScanner(sql, false, true).scan();
	}

	/**
	 * Scan for MySQL.
	 * @param sql the statement
	 * @param ansiQuotes whether names are in double quotes
	 */
	public static List<Token> mySql(String sql, boolean ansiQuotes) {
		return new SqlScanner(sql, true, ansiQuotes).scan();
	}

	/**
	 * Return whether a text, perhaps with its delimiter, obviously is one statement that
	 * changes rows. The check is short, because a script may have very many of these.
	 * Most of them begin with their verb.
	 */
	public static boolean changesRows(String sql) {
		int end = sql.indexOf(';');
		return (end < 0 || end == sql.length() - 1) && beginsWithChange(sql);
	}

	/**
	 * Return whether a text of MySQL is one statement that creates something with a body.
	 */
	public static boolean createsWithBody(String sql) {
		return sql.indexOf(';') > 0 && !beginsWithChange(sql) && MySqlSession.isBody(mySql(sql, false));
	}

	private static boolean beginsWithChange(String sql) {
		for (String verb : CHANGING_ROWS) {
			if (sql.regionMatches(true, 0, verb, 0, verb.length())
					&& (sql.length() == verb.length() || !isPart(sql.charAt(verb.length())))) {
				return true;
			}
		}
		return false;
	}

	private List<Token> scan() {
		while (this.at < this.sql.length()) {
			char c = this.sql.charAt(this.at);
			if (Character.isWhitespace(c)) {
				this.at++;
			}
			else if (isLineComment(c)) {
				int end = this.sql.indexOf('\n', this.at);
				this.at = (end < 0) ? this.sql.length() : end;
			}
			else if (c == '/' && this.sql.startsWith("/*", this.at)) {
				comment();
			}
			else if (c == '*' && this.mySql && this.sql.startsWith("*/", this.at)) {
				this.at += 2;
			}
			else if (!this.mySql && c == '$' && dollarQuoted()) {
				this.tokens.add(Token.STRING);
			}
			else if (isPart(c)) {
				word();
			}
			else {
				other(c);
			}
		}
		return this.tokens;
	}

	private boolean isLineComment(char c) {
		if (c == '#') {
			return this.mySql;
		}
		return c == '-' && this.sql.startsWith("--", this.at) && (!this.mySql || this.at + 2 == this.sql.length()
				|| Character.isWhitespace(this.sql.charAt(this.at + 2)));
	}

	/**
	 * Move behind a comment. PostgreSQL has nested comments. A dump of MariaDB begins
	 * with a comment that no version executes.
	 */
	private void comment() {
		if (this.mySql && EXECUTED.matcher(this.sql).region(this.at, this.sql.length()).lookingAt()) {
			this.at = this.sql.indexOf('!', this.at) + 1;
			while (this.at < this.sql.length() && Character.isDigit(this.sql.charAt(this.at))) {
				this.at++;
			}
			return;
		}
		int depth = 0;
		do {
			if (this.sql.startsWith("/*", this.at) && (depth == 0 || !this.mySql)) {
				depth++;
				this.at += 2;
			}
			else if (this.sql.startsWith("*/", this.at)) {
				depth--;
				this.at += 2;
			}
			else {
				this.at++;
			}
		}
		while (depth > 0 && this.at < this.sql.length());
	}

	private boolean dollarQuoted() {
		int end = this.at + 1;
		while (end < this.sql.length() && isPart(this.sql.charAt(end)) && this.sql.charAt(end) != '$') {
			end++;
		}
		if (end >= this.sql.length() || this.sql.charAt(end) != '$'
				|| Character.isDigit(this.sql.charAt(this.at + 1))) {
			return false;
		}
		String tag = this.sql.substring(this.at, end + 1);
		int close = this.sql.indexOf(tag, end + 1);
		this.at = (close < 0) ? this.sql.length() : close + tag.length();
		return true;
	}

	private void word() {
		int begin = this.at;
		while (this.at < this.sql.length() && isPart(this.sql.charAt(this.at))) {
			this.at++;
		}
		String word = this.sql.substring(begin, this.at);
		if (this.at < this.sql.length() && this.sql.charAt(this.at) == '\'' && word.length() == 1) {
			// such as E'\n' or x'00'
			skipQuoted(this.mySql || word.equalsIgnoreCase("e"));
			this.tokens.add(Token.STRING);
		}
		else {
			add(Kind.WORD, word);
		}
	}

	private void other(char c) {
		boolean apart = this.at == 0
				|| !(isPart(this.sql.charAt(this.at - 1)) || isQuote(this.sql.charAt(this.at - 1)));
		if (c == '\'' || (c == '"' && !this.ansiQuotes)) {
			skipQuoted(this.mySql);
			this.tokens.add(Token.STRING);
		}
		else if (isQuote(c)) {
			add(Kind.NAME, quoted());
		}
		else if (this.mySql && c == '@' && apart) {
			variable();
		}
		else {
			this.at++;
			this.tokens.add(Token.symbol(c));
		}
	}

	private void variable() {
		Kind kind = this.sql.startsWith("@@", this.at) ? Kind.SYSTEM : Kind.VARIABLE;
		this.at += (kind == Kind.SYSTEM) ? 2 : 1;
		int begin = this.at;
		if (begin < this.sql.length() && isQuote(this.sql.charAt(begin))) {
			add(kind, quoted());
			return;
		}
		while (this.at < this.sql.length() && (isPart(this.sql.charAt(this.at)) || this.sql.charAt(this.at) == '.')) {
			this.at++;
		}
		add(kind, this.sql.substring(begin, this.at));
	}

	private boolean isQuote(char c) {
		return c == '\'' || c == '"' || (this.mySql && c == '`');
	}

	/**
	 * Move behind a name in quotes, and return the name.
	 */
	private String quoted() {
		String quote = String.valueOf(this.sql.charAt(this.at));
		int begin = this.at + 1;
		boolean closed = skipQuoted(false);
		return this.sql.substring(begin, closed ? this.at - 1 : this.at).replace(quote + quote, quote);
	}

	/**
	 * Move behind what is in quotes, which may be a megabyte.
	 * @return whether the closing quote is there
	 */
	private boolean skipQuoted(boolean backslash) {
		char quote = this.sql.charAt(this.at++);
		while (this.at < this.sql.length()) {
			char c = this.sql.charAt(this.at++);
			if (c == '\\' && backslash) {
				this.at++;
			}
			else if (c == quote) {
				if (this.at >= this.sql.length() || this.sql.charAt(this.at) != quote) {
					return true;
				}
				this.at++;
			}
		}
		return false;
	}

	private static boolean isPart(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'
				|| c >= 0x80;
	}

	private void add(Kind kind, String text) {
		this.tokens.add(new Token(kind, text));
	}

}

package dev.startgate.flyway.resume;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.Token.Kind;

/**
 * What {@code SET} does on MySQL or MariaDB.
 */
enum MySqlAssignment {

	/** Something is set to what the text says. */
	FIXED,

	/** Something is set to what comes from data, or from a function. */
	FROM_DATA,

	/** Nothing is set in the session. */
	ELSEWHERE,

	/**
	 * Later sessions may inherit from the server what is set, or lack what is set beside
	 * it.
	 */
	OF_SERVER,

	/** It may change how later statements take effect. */
	UNKNOWN;

	/** Words whose value may differ next time, although they look like no function. */
	private static final Pattern CHANGES = Pattern.compile("(local|utc_|current_)?(date|time|timestamp)|localtime"
			+ "|next|previous|for|rand_seed[12]|statement_id|in_transaction|.*gtid.*");

	private static final Pattern CONSTANT = Pattern
		.compile("[0-9].*|true|false|null|collate|div|mod|and|or|xor|not|is|binary");

	private static final Pattern GLOBAL = Pattern.compile("(global|persist|persist_only)([.].*)?");

	private static final Set<String> LEAVING_NOTHING = Set.of("insert", "update", "delete", "replace", "alter",
			"create", "drop", "truncate", "optimize", "rename");

	private static final Pattern ANOTHER = Pattern.compile("(?i)@`?old_autocommit`?\\s*:?=(?!\\s*@@autocommit\\b)");

	private static final int LONGEST = 1000;

	private static final Pattern OF_USER = Pattern.compile("password|default_role|resource");

	/**
	 * Find out what a statement does. A value from data or from a function may differ the
	 * next time.
	 * @param open whether a transaction is open all the time
	 */
	static MySqlAssignment of(List<Token> tokens, boolean open) {
		return of(open ? withoutKnown(tokens) : tokens);
	}

	/**
	 * Leave out an assignment to autocommit that keeps it off where it is off anyway. The
	 * dumps of MariaDB keep its value in a variable.
	 */
	private static List<Token> withoutKnown(List<Token> tokens) {
		List<Token> left = new ArrayList<>(tokens);
		for (int i = 1; i + 2 < left.size(); i++) {
			boolean begins = i == 1 || left.get(i - 1).is(",");
			if (begins && MySqlSession.variable(left.get(i)).equals("autocommit")
					&& left.get(i + 2).lower().matches("0|off|false|old_autocommit")) {
				Token next = left.get(Math.min(i + 3, left.size() - 1));
				boolean last = i + 3 == left.size() || next.is(";");
				if (last || next.is(",")) {
					left.subList((last && i > 1) ? i - 1 : i, (last) ? i + 3 : i + 4).clear();
					i--;
				}
			}
		}
		return left;
	}

	/**
	 * Return whether a statement sets that variable of a dump to something else.
	 */
	static boolean keepsAnother(String sql) {
		return sql.length() < LONGEST && sql.indexOf('@') >= 0 && ANOTHER.matcher(sql).find();
	}

	private static MySqlAssignment of(List<Token> tokens) {
		if (tokens.size() > 1 && tokens.get(1).is("statement")) {
			return leavesNothing(tokens) ? ELSEWHERE : OF_SERVER;
		}
		boolean isValue = false;
		boolean fromData = false;
		int depth = 0;
		int all = 1;
		int elsewhere = 0;
		for (int i = 0; i < tokens.size(); i++) {
			Token token = tokens.get(i);
			String text = (token.isName() || token.kind() == Kind.SYSTEM) ? MySqlSession.variable(token) : "";
			if (!isValue && text.matches("autocommit|(tx|transaction)_read_only|only|role|completion_type")) {
				return UNKNOWN;
			}
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			if (!isValue && GLOBAL.matcher(text).matches()) {
				Token named = text.contains(".") ? token : tokens.get(Math.min(i + 1, tokens.size() - 1));
				if (!SessionSettings.OF_MYSQL.outlast(named.lower())) {
					return OF_SERVER;
				}
				elsewhere++;
			}
			boolean next = depth == 0 && token.is(",");
			all += next ? 1 : 0;
			elsewhere += (!isValue && OF_USER.matcher(text).matches()) ? 1 : 0;
			// the script may have changed a global value meanwhile
			fromData |= depth > 0 || token.is("select") || (isValue && text.startsWith("global."));
			isValue = token.is("=") || (isValue && !next);
		}
		if (elsewhere > 0) {
			return (elsewhere == all) ? ELSEWHERE : OF_SERVER;
		}
		return (fromData ? isOfSettings(tokens) : isFixed(tokens)) ? FIXED : FROM_DATA;
	}

	/**
	 * Return whether the statement in a {@code SET STATEMENT} changes only rows, or
	 * tables that are not temporary.
	 */
	private static boolean leavesNothing(List<Token> tokens) {
		return tokens.stream().noneMatch((token) -> token.is("temporary")) && tokens.stream()
			.dropWhile((token) -> !token.is("for"))
			.skip(1)
			.findFirst()
			.filter((token) -> LEAVING_NOTHING.contains(token.lower()))
			.isPresent();
	}

	/**
	 * Return whether one value is made of nothing but texts and settings that another
	 * session has, too.
	 */
	private static boolean isOfSettings(List<Token> tokens) {
		return tokens.stream().anyMatch((token) -> token.is("=")) && tokens.stream()
			.dropWhile((token) -> !token.is("="))
			.skip(1)
			.allMatch((token) -> switch (token.kind()) {
				case STRING, SYMBOL -> !token.is("=");
				case SYSTEM -> SessionSettings.OF_MYSQL.has(MySqlSession.variable(token));
				case WORD -> Set.of("select", "replace", "concat", "concat_ws").contains(token.lower());
				default -> false;
			});
	}

	/**
	 * Return whether values are literals, variables or names of settings.
	 */
	private static boolean isFixed(List<Token> tokens) {
		boolean ofUser = false;
		boolean isValue = false;
		for (int i = 1; i < tokens.size(); i++) {
			Token token = tokens.get(i);
			if (token.is(",")) {
				ofUser = false;
				isValue = false;
			}
			else if (token.is("=")) {
				isValue = true;
			}
			else if (!isValue) {
				ofUser |= token.kind() == Kind.VARIABLE;
				if (MySqlSession.variable(token).equals("insert_id")) {
					return false;
				}
			}
			else if (!isFixed(token, ofUser, tokens.get(i - 1), tokens.get(Math.min(i + 1, tokens.size() - 1)))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isFixed(Token token, boolean ofUser, Token before, Token after) {
		return switch (token.kind()) {
			case SYSTEM -> !MySqlSession.SESSION_ANSWERS.contains(MySqlSession.variable(token))
					&& !CHANGES.matcher(MySqlSession.variable(token)).matches()
					&& !SessionSettings.isOfNoSession(MySqlSession.variable(token));
			case WORD -> after.kind() == Kind.STRING || before.is("collate")
					|| (ofUser ? CONSTANT : CHANGES).matcher(token.lower()).matches() == ofUser;
			default -> true;
		};
	}

}

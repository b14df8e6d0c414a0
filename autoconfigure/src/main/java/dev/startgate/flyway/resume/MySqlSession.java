package dev.startgate.flyway.resume;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Token.Kind;

/**
 * Tells what a statement of MySQL or MariaDB leaves in its session, or asks of it.
 */
final class MySqlSession {

	/**
	 * What {@code SET} does.
	 */
	enum Assignment {

		/** Something is set to what the text says. */
		FIXED,

		/** Something is set to what comes from data, or from a function. */
		FROM_DATA,

		/** It is not set in the session. */
		ELSEWHERE,

		/**
		 * Some of it is set in the server, from which later sessions have it, or for
		 * another statement.
		 */
		OF_SERVER,

		/** What follows may mean something else. */
		UNKNOWN

	}

	private static final Set<String> SESSION_FUNCTIONS = Set.of("last_insert_id", "row_count", "found_rows", "lastval",
			"connection_id");

	private static final Set<String> SESSION_ANSWERS = Set.of("identity", "last_insert_id", "insert_id",
			"warning_count", "error_count", "last_gtid", "pseudo_thread_id");

	/** What is another time something else, although it is no function in its form. */
	private static final Pattern CHANGES = Pattern.compile("(local|utc_|current_)?(date|time|timestamp)|localtime"
			+ "|next|previous|for|rand_seed[12]|statement_id|in_transaction|.*gtid.*");

	private static final Pattern CONSTANT = Pattern
		.compile("[0-9].*|true|false|null|collate|div|mod|and|or|xor|not|is|binary");

	private static final Pattern OF_SERVER = Pattern.compile("(global|persist|persist_only)([.].*)?");

	private static final Set<String> LEAVING_NOTHING = Set.of("insert", "update", "delete", "replace", "alter",
			"create", "drop", "truncate", "optimize", "rename");

	private static final Pattern ELSEWHERE = Pattern.compile("password|default_role|resource");

	/** Their tables need not know transactions. */
	private static final Set<String> SCHEMAS_OF_SERVER = Set.of("mysql", "performance_schema");

	/** A mode that changes what is a string or a name. */
	private static final Pattern OTHER_SYNTAX = Pattern
		.compile("(?is)\\bset\\b.*sql_mode.*(ansi|no_backslash|oracle|mssql|db2|maxdb|postgresql)");

	/** Found at once in what is long, or not at all. */
	private static final Pattern MODE = Pattern.compile("(?i)sql_mode");

	private MySqlSession() {
	}

	static boolean changesSyntax(String sql) {
		return MODE.matcher(sql).find() && OTHER_SYNTAX.matcher(sql).find();
	}

	/**
	 * Return whether a statement that changes rows may leave something in its session,
	 * ask something of it, or concern the server itself.
	 */
	static boolean mayConcern(String sql) {
		String lower = sql.toLowerCase(Locale.ROOT);
		return lower.indexOf('@') >= 0 || lower.contains("get_lock") || lower.contains("previous")
				|| SESSION_FUNCTIONS.stream().anyMatch(lower::contains)
				|| SCHEMAS_OF_SERVER.stream().anyMatch(lower::contains);
	}

	/** What is left in the session, or is asked of it. */
	static Set<Trait> traits(List<Token> tokens) {
		Set<Trait> traits = EnumSet.noneOf(Trait.class);
		for (int i = 0; i < tokens.size(); i++) {
			Token token = tokens.get(i);
			boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
			if (token.kind() == Kind.WORD && called && SESSION_FUNCTIONS.contains(token.lower())) {
				traits.add(Trait.READS_STATE);
			}
			if ((token.kind() == Kind.SYSTEM && SESSION_ANSWERS.contains(variable(token)))
					|| (token.is("previous") && i + 1 < tokens.size() && tokens.get(i + 1).is("value"))) {
				traits.add(Trait.READS_STATE);
			}
			if ((token.is("get_lock") && called)
					|| (token.is("into") && i + 1 < tokens.size() && tokens.get(i + 1).kind() == Kind.VARIABLE)) {
				traits.add(Trait.KEEPS_STATE);
			}
			if (token.kind() == Kind.VARIABLE && !tokens.get(0).is("set") && i + 2 < tokens.size()
					&& tokens.get(i + 1).is(":") && tokens.get(i + 2).is("=")) {
				traits.add(Trait.KEEPS_STATE);
			}
		}
		return traits;
	}

	/** Return whether something in a schema of the server is named. */
	static boolean isOfServer(List<Token> tokens) {
		for (int i = 0; i + 1 < tokens.size(); i++) {
			if (tokens.get(i + 1).is(".") && SCHEMAS_OF_SERVER.contains(tokens.get(i).lower())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether an event runs once, or until some time, after which it may be gone.
	 */
	static boolean runsOnce(List<Token> tokens) {
		boolean scheduled = false;
		for (int i = 0; i + 1 < tokens.size(); i++) {
			scheduled |= tokens.get(i).is("schedule");
			if (scheduled && (tokens.get(i + 1).is("at") || tokens.get(i).is("ends"))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * With multiple queries allowed, several may come as one.
	 */
	static boolean isOne(List<Token> tokens) {
		boolean hasBody = tokens.size() > 1 && tokens.get(0).is("create")
				&& tokens.stream()
					.limit(30)
					.anyMatch((token) -> token.is("begin") || token.is("procedure") || token.is("function")
							|| token.is("trigger") || token.is("event"));
		boolean several = tokens.stream().limit(Math.max(0, tokens.size() - 1)).anyMatch((token) -> token.is(";"));
		return !several || (hasBody && endsWithBody(tokens));
	}

	/**
	 * Return whether nothing follows the {@code end} of a body, but for what has ended.
	 */
	private static boolean endsWithBody(List<Token> tokens) {
		int last = tokens.size() - (tokens.get(tokens.size() - 1).is(";") ? 2 : 1);
		return tokens.get(last).is("end") || tokens.get(last - 1).is("end");
	}

	/**
	 * What comes from data or from a function is another time something else.
	 */
	static Assignment set(List<Token> tokens) {
		if (tokens.size() > 1 && tokens.get(1).is("statement")) {
			return leavesNothing(tokens) ? Assignment.ELSEWHERE : Assignment.OF_SERVER;
		}
		boolean isValue = false;
		boolean fromData = false;
		int depth = 0;
		int all = 1;
		int elsewhere = 0;
		for (Token token : tokens) {
			String text = (token.isName() || token.kind() == Kind.SYSTEM) ? variable(token) : "";
			if (!isValue && text.matches("autocommit|(tx|transaction)_read_only|only|role|completion_type")) {
				return Assignment.UNKNOWN;
			}
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			if (!isValue && OF_SERVER.matcher(text).matches()) {
				return Assignment.OF_SERVER;
			}
			boolean next = depth == 0 && token.is(",");
			all += next ? 1 : 0;
			elsewhere += (!isValue && ELSEWHERE.matcher(text).matches()) ? 1 : 0;
			// the script may have changed a global value meanwhile
			fromData |= depth > 0 || token.is("select") || (isValue && text.startsWith("global."));
			isValue = token.is("=") || (isValue && !next);
		}
		if (elsewhere > 0) {
			return (elsewhere == all) ? Assignment.ELSEWHERE : Assignment.OF_SERVER;
		}
		return (!fromData && isFixed(tokens)) ? Assignment.FIXED : Assignment.FROM_DATA;
	}

	/**
	 * Return whether a statement for which something is set changes only rows or tables
	 * that stay.
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
				if (variable(token).equals("insert_id")) {
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
			case SYSTEM -> !SESSION_ANSWERS.contains(variable(token)) && !CHANGES.matcher(variable(token)).matches();
			case WORD -> after.kind() == Kind.STRING || before.is("collate")
					|| (ofUser ? CONSTANT : CHANGES).matcher(token.lower()).matches() == ofUser;
			default -> true;
		};
	}

	private static String variable(Token token) {
		return token.lower().replaceFirst("^(session|local)[.]", "");
	}

}

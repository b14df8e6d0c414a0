package dev.startgate.flyway.resume;

import java.util.ArrayDeque;
import java.util.Deque;
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

	private static final Set<String> SESSION_FUNCTIONS = Set.of("last_insert_id", "row_count", "found_rows", "lastval",
			"connection_id");

	static final Set<String> SESSION_ANSWERS = Set.of("identity", "last_insert_id", "insert_id", "warning_count",
			"error_count", "last_gtid", "pseudo_thread_id");

	/** Schemas whose tables may not be transactional. */
	private static final Set<String> SCHEMAS_OF_SERVER = Set.of("mysql", "performance_schema");

	/** A mode that changes what is a string or a name. */
	private static final Pattern OTHER_SYNTAX = Pattern
		.compile("(?is)\\bset\\b.*sql_mode.*(ansi|no_backslash|oracle|mssql|db2|maxdb|postgresql)");

	/** How many tokens to search for the type of what is created. */
	private static final int HEAD = 14;

	private static final Set<String> WITH_BODY = Set.of("procedure", "function", "trigger", "event", "package");

	private static final Set<String> BEFORE_STATEMENT = Set.of("begin", "then", "else", "do", "loop", "repeat");

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

	/** Return what a statement leaves in its session, or asks of it. */
	static Set<Trait> traits(List<Token> tokens) {
		Set<Trait> traits = EnumSet.noneOf(Trait.class);
		for (int i = 0; i < tokens.size(); i++) {
			Token token = tokens.get(i);
			boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
			if (token.kind() == Kind.WORD && called && SESSION_FUNCTIONS.contains(token.lower())) {
				boolean number = token.is("last_insert_id") && i + 2 < tokens.size() && tokens.get(i + 2).is(")");
				traits.add(number ? Trait.READS_NUMBER : Trait.READS_STATE);
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
	 * Return whether a text is one statement. A connection that allows multiple queries
	 * may send several. Those in the body of something that is created belong to it.
	 */
	static boolean isOne(List<Token> tokens) {
		boolean several = tokens.stream().limit(Math.max(0, tokens.size() - 1)).anyMatch((token) -> token.is(";"));
		if (!several || !hasBody(tokens)) {
			return !several;
		}
		Deque<String> open = new ArrayDeque<>();
		for (int i = 1; i + 1 < tokens.size(); i++) {
			if (tokens.get(i).is(";") && open.isEmpty()) {
				return false;
			}
			follow(open, tokens.get(i - 1), tokens.get(i), tokens, i);
		}
		return true;
	}

	/** Return whether all of a text creates one thing that may have a body. */
	static boolean isBody(List<Token> tokens) {
		return hasBody(tokens) && isOne(tokens);
	}

	private static boolean hasBody(List<Token> tokens) {
		return !tokens.isEmpty() && tokens.get(0).is("create")
				&& tokens.stream().limit(HEAD).anyMatch((token) -> WITH_BODY.contains(token.lower()));
	}

	/** Follow the blocks of a body. {@code begin} and {@code end} may be names, too. */
	private static void follow(Deque<String> open, Token before, Token token, List<Token> tokens, int at) {
		Token after = tokens.get(at + 1);
		if (token.kind() != Kind.WORD || before.is(".") || before.is("end")) {
			return;
		}
		switch (token.lower()) {
			case "end" -> {
				if (!open.isEmpty() && !after.is("for")
						&& (open.peek().equals("case") || open.peek().equals("repeat") || isBegin(before))) {
					open.pop();
				}
			}
			case "begin" -> {
				if (!(before.is(",") || before.is("(") || after.is("=") || after.is(",") || after.is(")"))) {
					open.push("begin");
				}
			}
			case "case", "loop", "while" -> open.push(token.lower());
			case "repeat" -> {
				if (!after.is("(")) {
					open.push("repeat");
				}
			}
			case "if" -> {
				boolean called = after.is("(") && !(isBegin(before) || before.is("row") || before.is(")"));
				boolean header = WITH_BODY.contains(before.lower());
				if (!called && !header && isConditional(tokens, at + 1)) {
					open.push("if");
				}
			}
			default -> {
				// it opens and ends nothing
			}
		}
	}

	/** Return whether a statement of a body may begin after a token. */
	private static boolean isBegin(Token before) {
		return before.is(";") || before.is(":") || BEFORE_STATEMENT.contains(before.lower());
	}

	/** Return whether an {@code if} has a {@code then}. Otherwise it is a clause. */
	private static boolean isConditional(List<Token> tokens, int from) {
		return tokens.stream()
			.skip(from)
			.filter((token) -> token.is("then") || token.is(";"))
			.findFirst()
			.filter((token) -> token.is("then"))
			.isPresent();
	}

	static String variable(Token token) {
		return token.lower().replaceFirst("^(session|local)[.]", "");
	}

}

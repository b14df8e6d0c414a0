package dev.startgate.flyway.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.PostgreSqlSession;
import dev.startgate.flyway.resume.SqlScanner;
import dev.startgate.flyway.resume.Token;

/**
 * The anonymous block of a {@code do}, as far as its text shows what it does.
 */
final class PostgreSqlBlock {

	/** Strong statements in a text that a block executes. */
	private static final Pattern EXECUTED = Pattern
		.compile("(?is)\\b(alter\\s+(table|index|view|materialized|sequence|domain)|drop\\s+(table|index|view|"
				+ "materialized|trigger|schema|constraint|policy|rule|sequence)|create\\s+(unique\\s+)?index|create\\s+"
				+ "(or\\s+replace\\s+)?(constraint\\s+)?trigger|create\\s+or\\s+replace\\s+view|truncate|lock\\s+table)"
				+ "\\b");

	/** Conditions of a handler that may catch the time-out of a lock. */
	private static final Set<String> CATCHING = Set.of("others", "lock_not_available",
			"object_not_in_prerequisite_state", "sqlstate");

	/** What the body begins and ends with, unless it is in single quotes. */
	private static final Pattern TAG = Pattern.compile("\\$([a-zA-Z_\\x80-\\uffff][\\w\\x80-\\uffff]*)?\\$");

	private static final Set<String> BEFORE_STATEMENT = Set.of("begin", "then", "else", "loop", ";");

	private final String sql;

	private final boolean plpgsql;

	private final List<Token> body;

	private PostgreSqlBlock(String sql, boolean plpgsql, List<Token> body) {
		this.sql = sql;
		this.plpgsql = plpgsql;
		this.body = body;
	}

	/**
	 * Read a {@code do}.
	 * @param sql its text
	 * @param tokens its tokens, of which its body is one
	 */
	static PostgreSqlBlock of(String sql, List<Token> tokens) {
		boolean plpgsql = true;
		for (int i = 0; i + 1 < tokens.size(); i++) {
			plpgsql &= !tokens.get(i).is("language") || tokens.get(i + 1).lower().equals("plpgsql");
		}
		Matcher tag = TAG.matcher(sql);
		int close = tag.find() ? sql.lastIndexOf(tag.group()) : -1;
		String body = (close > 0 && close >= tag.end()) ? sql.substring(tag.end(), close)
				: sql.substring(sql.indexOf('\'') + 1);
		return new PostgreSqlBlock(sql, plpgsql, SqlScanner.postgreSql(body));
	}

	/**
	 * Return whether it takes strong locks, and fails if it does not get one. With a
	 * handler, or in a function of the application, it may go on without its change.
	 */
	boolean takesStrongLocks(Predicate<List<String>> strong) {
		return this.plpgsql && !catchesTimeout() && isTakenBack()
				&& (statements().stream().anyMatch(strong) || (has("execute") && EXECUTED.matcher(this.sql).find()));
	}

	/**
	 * Return whether a rollback takes back all that it does.
	 */
	boolean isTakenBack() {
		return !PostgreSqlSession.isElsewhere(this.body) && !follows("program", Set.of("from", "to"))
				&& statements().stream()
					.noneMatch((words) -> Set.of("commit", "rollback", "call").contains(Statements.word(words, 0)));
	}

	private boolean catchesTimeout() {
		return follows("when", Set.of("exception")) && CATCHING.stream().anyMatch(this::has);
	}

	private boolean has(String word) {
		return this.body.stream().anyMatch((token) -> token.is(word));
	}

	private boolean follows(String word, Set<String> before) {
		for (int i = 1; i < this.body.size(); i++) {
			if (this.body.get(i).is(word) && before.contains(this.body.get(i - 1).lower())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return its statements, as their words.
	 */
	private List<List<String>> statements() {
		List<List<String>> statements = new ArrayList<>();
		List<Token> current = new ArrayList<>();
		for (Token token : this.body) {
			if (token.kind() != Token.Kind.NAME && BEFORE_STATEMENT.contains(token.lower())) {
				statements.addAll(Statements.of(current));
				current.clear();
			}
			else {
				current.add(token);
			}
		}
		statements.addAll(Statements.of(current));
		return statements;
	}

}

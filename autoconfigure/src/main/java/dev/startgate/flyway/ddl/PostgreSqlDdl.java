package dev.startgate.flyway.ddl;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.startgate.flyway.resume.PostgreSqlSession;
import dev.startgate.flyway.resume.Token;

/**
 * Tells which statements of PostgreSQL take a lock that keeps others from reading or
 * writing a table. Statements that can't run in a transaction are left out: if one is cut
 * off, it may leave an invalid index.
 */
final class PostgreSqlDdl {

	private static final Set<String> ALTERED = Set.of("table", "foreign", "index", "view", "materialized", "sequence",
			"trigger", "policy", "rule", "domain", "schema", "extension");

	private static final Set<String> DROPPED = Set.of("table", "foreign", "index", "view", "materialized", "sequence",
			"trigger", "policy", "rule", "domain", "type", "schema", "extension", "function", "owned");

	private static final Set<String> CREATED = Set.of("index", "unique", "trigger", "constraint", "rule", "policy");

	/** Words with which a new table becomes a part of another one, or refers to it. */
	private static final Set<String> JOINED = Set.of("references", "partition", "inherits");

	private PostgreSqlDdl() {
	}

	static boolean takesStrongLocks(String sql, List<Token> tokens) {
		List<List<String>> statements = Statements.of(tokens);
		if (isBlock(tokens)) {
			return PostgreSqlBlock.of(sql, tokens).takesStrongLocks((words) -> isStrong(words) && !isApart(words));
		}
		return statements.stream().anyMatch(PostgreSqlDdl::isStrong) && !PostgreSqlSession.isElsewhere(tokens)
				&& !hasBlock(statements) && statements.stream().noneMatch(PostgreSqlDdl::isApart);
	}

	/**
	 * Return whether a statement is an anonymous block.
	 */
	static boolean isBlock(List<Token> tokens) {
		return !tokens.isEmpty() && tokens.get(0).is("do");
	}

	/**
	 * Return whether one of several statements is an anonymous block.
	 */
	static boolean hasBlock(List<List<String>> statements) {
		return statements.stream().anyMatch((words) -> Statements.word(words, 0).equals("do"));
	}

	/**
	 * Return whether a statement waits without a time-out, or not at all.
	 */
	private static boolean isApart(List<String> words) {
		return words.contains("concurrently") || words.contains("nowait");
	}

	private static boolean isStrong(List<String> words) {
		return switch (Statements.word(words, 0)) {
			case "alter" -> ALTERED.contains(Statements.word(words, 1)) && !isValidation(words);
			case "drop" -> DROPPED.contains(Statements.word(words, 1));
			case "truncate", "lock", "refresh" -> true;
			case "cluster" -> words.size() > 1;
			case "create" -> creates(words);
			case "reindex" -> words.contains("table") || words.contains("index");
			default -> false;
		};
	}

	/**
	 * A validation may read for long. Meanwhile others can read and write.
	 */
	private static boolean isValidation(List<String> words) {
		return words.contains("validate")
				&& Stream.of("add", "drop", "alter").noneMatch(words.subList(1, words.size())::contains);
	}

	private static boolean creates(List<String> words) {
		boolean replaces = Statements.word(words, 1).equals("or");
		String type = Statements.word(words, replaces ? 3 : 1);
		return CREATED.contains(type) || (replaces && type.equals("view"))
				|| (type.equals("table") && words.stream().anyMatch(JOINED::contains));
	}

}

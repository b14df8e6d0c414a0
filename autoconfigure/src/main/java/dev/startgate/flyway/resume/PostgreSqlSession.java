package dev.startgate.flyway.resume;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Token.Kind;

/**
 * Tells what a statement of PostgreSQL leaves in its session, or asks of it.
 */
public final class PostgreSqlSession {

	private static final Set<String> SESSION_FUNCTIONS = Set.of("currval", "lastval");

	private static final Set<String> KEEPING_FUNCTIONS = Set.of("pg_advisory_lock", "pg_try_advisory_lock",
			"pg_advisory_lock_shared", "pg_try_advisory_lock_shared", "set_config", "setseed", "dblink_connect",
			"dblink_connect_u");

	/** Functions whose effects elsewhere are not rolled back. */
	private static final Set<String> ELSEWHERE = Set.of("dblink", "dblink_exec", "dblink_send_query", "dblink_open",
			"http", "http_get", "http_post", "http_put", "http_patch", "http_delete", "http_head", "lo_export");

	/** Finds these also if a comment is between the name and its parenthesis. */
	private static final Pattern IN_COMMENTS = Pattern
		.compile("(?i)\\b(dblink\\w*|http(_\\w+)?|lo_export)\"?\\s*([(]|--|/[*])");

	/** The length of the shortest of these names. */
	private static final int SHORTEST = 4;

	/**
	 * What a block may do to its session. A setting begins one of its statements, or a
	 * text that it executes. If the text is not a literal, it may set anything.
	 */
	private static final Pattern OF_SESSION = Pattern
		.compile("(?is)(;|\\b(begin|then|else|loop)\\b|[$]|(\\bexecute\\s*[(]*|\\bformat\\s*[(])\\s*e?')"
				+ "(\\s++|--[^\\n]*+\\n|/[*].*?[*]/)*+(set|reset|discard|listen|load|prepare)\\b"
				+ "|\\b(set_config|setseed|pg_(try_)?advisory_lock(_shared)?|dblink_connect(_u)?)\\s*[(]"
				+ "|\\btemp(orary)?\\b|\\bpg_temp\\b"
				+ "|\\bexecute(\\s|[(])++(?!e?'|[$]|format\\s*[(]\\s*(e?'|[$])|(function|procedure|on)\\b)");

	/** What ends the transaction of a block, or is not rolled back with it. */
	private static final Pattern NOT_OF_TRANSACTION = Pattern.compile(
			"(?i)commit(?!t)|rollback|call\\b|\\b(program|read\\s+only|transaction_read_only|(dblink|http|lo_export)\\w*)\\b");

	/** A change of the user, at the beginning of a statement or as a setting. */
	private static final Pattern OF_USER = Pattern
		.compile("(?is)(?:[;$']|\\b(?:begin|then|else|loop)\\b)(\\s++|--[^\\n]*+\\n|/[*].*?[*]/)*+(re)?set\\s+"
				+ "(local\\s+|session\\s+)?(role|session\\s+authorization)\\b"
				+ "|\\bset_config\\s*[(]\\s*'(role|session_authorization)'");

	/** The group of {@code OF_USER} that may be {@code local}. */
	private static final int SCOPE = 3;

	private static final Set<String> TEMPORARY = Set.of("temp", "temporary", "local", "global");

	private PostgreSqlSession() {
	}

	/**
	 * Return what a statement leaves in its session, or asks of it.
	 */
	static Set<Trait> traits(List<Token> tokens) {
		Set<Trait> traits = EnumSet.noneOf(Trait.class);
		for (int i = 0; i + 1 < tokens.size(); i++) {
			String function = tokens.get(i + 1).is("(") ? tokens.get(i).lower() : "";
			if (SESSION_FUNCTIONS.contains(function)) {
				traits.add(Trait.READS_STATE);
			}
			if (KEEPING_FUNCTIONS.contains(function) || isTemporary(tokens, i) || isUnlogged(tokens, i)) {
				traits.add(Trait.KEEPS_STATE);
			}
		}
		return traits;
	}

	/**
	 * Return whether a query makes a temporary table, or a name is one of the temporary
	 * schema.
	 */
	private static boolean isTemporary(List<Token> tokens, int at) {
		Token next = tokens.get(at + 1);
		boolean inserts = at > 0 && (tokens.get(at - 1).is("insert") || tokens.get(at - 1).is("merge"));
		return tokens.get(at).is("into") ? next.kind() == Kind.WORD && TEMPORARY.contains(next.lower()) && !inserts
				: tokens.get(at).isName() && next.is(".") && tokens.get(at).lower().equals("pg_temp");
	}

	/**
	 * Return whether a setting makes new tables temporary ones.
	 */
	static boolean putsTemporaryFirst(List<Token> tokens) {
		for (int i = 0; i + 2 < tokens.size(); i++) {
			if (tokens.get(i).is("search_path") && tokens.get(i + 2).isName()
					&& tokens.get(i + 2).lower().equals("pg_temp")) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a table becomes one that is empty after a crash of the server.
	 */
	private static boolean isUnlogged(List<Token> tokens, int at) {
		return tokens.get(at + 1).is("unlogged")
				&& (tokens.get(at).is("create") || tokens.get(at).is("into") || tokens.get(at).is("set"));
	}

	/**
	 * Return whether a statement, or one of several, may do something outside of its
	 * transaction.
	 */
	public static boolean isElsewhere(List<Token> tokens) {
		boolean copies = false;
		for (int i = 0; i + 1 < tokens.size(); i++) {
			copies = (i == 0 || tokens.get(i - 1).is(";")) ? tokens.get(i).is("copy") : copies;
			if ((tokens.get(i + 1).is("(") && ELSEWHERE.contains(tokens.get(i).lower()))
					|| (copies && tokens.get(i + 1).is("program"))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a text may contain a call that does something outside of its
	 * transaction. The check is short, because a script may have very many statements.
	 */
	public static boolean mayBeElsewhere(String sql) {
		if (sql.contains("--") || sql.contains("/*")) {
			return IN_COMMENTS.matcher(sql).find();
		}
		for (int at = sql.indexOf('('); at >= 0; at = sql.indexOf('(', at + 1)) {
			int end = at;
			while (end > 0 && (sql.charAt(end - 1) == '"' || Character.isWhitespace(sql.charAt(end - 1)))) {
				end--;
			}
			int begin = end;
			while (begin > 0 && Character.isJavaIdentifierPart(sql.charAt(begin - 1))) {
				begin--;
			}
			if (end - begin >= SHORTEST && ELSEWHERE.contains(sql.substring(begin, end).toLowerCase(Locale.ROOT))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a block may be in a transaction. Apart from a {@code call},
	 * PostgreSQL lets nothing that the block calls end one.
	 */
	static boolean isOfTransaction(String sql) {
		return !NOT_OF_TRANSACTION.matcher(sql).find() && !changesUser(sql);
	}

	/**
	 * Return whether a block may change the user to one who may have no right to notes.
	 */
	static boolean changesUser(String sql) {
		return OF_USER.matcher(sql).find();
	}

	/**
	 * Return whether it may change the user for longer than its transaction.
	 */
	static boolean changesUserForGood(String sql) {
		return OF_USER.matcher(sql)
			.results()
			.anyMatch((found) -> found.group(SCOPE) == null || !found.group(SCOPE).strip().equalsIgnoreCase("local"));
	}

	/**
	 * Return whether a block may change its session.
	 */
	static boolean isChangedByBlock(String sql) {
		return OF_SESSION.matcher(sql).find();
	}

}

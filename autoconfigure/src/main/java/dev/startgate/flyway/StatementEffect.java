package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.startgate.flyway.resume.PostgreSqlSession;
import dev.startgate.flyway.resume.SqlScanner;

/**
 * What an SQL text does to the transaction or the session that it runs in, as far as the
 * text itself says so. Comments, strings and bodies of functions say nothing.
 */
enum StatementEffect {

	/** Something is committed: what came before, or what follows in the same text. */
	COMMIT,

	/** The transaction is rolled back, and what follows is another one. */
	ROLLBACK,

	/** The end of a transaction begins another one. */
	CHAIN,

	/** The session may lose its locks and its settings. */
	RESET;

	private static final int LEADING = 4;

	/** Functions that release all locks, of PostgreSQL and of MySQL and MariaDB. */
	private static final Set<String> UNLOCK = Set.of("pg_advisory_unlock_all", "release_all_locks");

	/**
	 * Return whether a text obviously changes rows and does nothing else.
	 */
	static boolean hasNone(String sql) {
		return SqlScanner.changesRows(sql) && !PostgreSqlSession.mayBeElsewhere(sql)
				&& (sql.indexOf('_') < 0 || UNLOCK.stream().noneMatch(sql.toLowerCase(Locale.ROOT)::contains));
	}

	/**
	 * Return the effects of a text, which may have several statements.
	 * @param mySql whether it is one of MySQL or MariaDB
	 */
	static Set<StatementEffect> of(String sql, boolean mySql) {
		Set<StatementEffect> effects = EnumSet.noneOf(StatementEffect.class);
		if (hasNone(sql) || (mySql && SqlScanner.createsWithBody(sql))) {
			return effects;
		}
		List<String> leading = new ArrayList<>(LEADING);
		boolean first = true;
		boolean inBody = false;
		boolean ended = false;
		String last = ";";
		for (SqlWords words = new SqlWords(sql, mySql); words.next();) {
			String word = words.word();
			if (word != null) {
				if (ended) {
					// what follows the end of a transaction is in no transaction
					effects.add(COMMIT);
				}
				inBody = inBody ? !((last.equals(";") || last.equals("atomic")) && word.equals("end"))
						: last.equals("begin") && word.equals("atomic");
				if (first && leading.size() < LEADING) {
					leading.add(word);
				}
				if (UNLOCK.contains(word)) {
					effects.add(RESET);
				}
				last = word;
			}
			else if (words.isEnd()) {
				if (!inBody) {
					ended |= add(leading, effects);
					leading.clear();
					first = true;
				}
				last = ";";
			}
			else {
				first = false;
				last = "";
			}
		}
		add(leading, effects);
		return effects;
	}

	/**
	 * Add the effect of a statement.
	 * @param leading its first words
	 * @return whether it ends the transaction
	 */
	private static boolean add(List<String> leading, Set<StatementEffect> effects) {
		StatementEffect effect = switch (leading.isEmpty() ? "" : leading.get(0)) {
			case "commit", "end" -> COMMIT;
			case "prepare" -> leading.contains("transaction") ? COMMIT : null;
			case "rollback", "abort" -> leading.contains("to") ? null : ROLLBACK;
			case "discard" -> leading.contains("all") ? RESET : null;
			default -> null;
		};
		if (effect == null) {
			return false;
		}
		effects.add(effect);
		if (effect == RESET) {
			return false;
		}
		effects.remove(CHAIN);
		if (leading.contains("chain") && !leading.contains("no")) {
			effects.add(CHAIN);
		}
		return true;
	}

}

package dev.startgate.flyway.resume;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what MySQL and MariaDB say of a table, before and after a statement.
 */
final class TableDefinition {

	/** Words before the name of something that is not a column. */
	private static final Set<String> OF_INDEX = Set.of("index", "key", "unique", "fulltext", "spatial", "constraint",
			"foreign", "check", "primary");

	private static final Set<String> OF_NAME = Set.of("column", "if", "not", "exists");

	private static final Set<String> MAKING_INDEX = Set.of("add", "change", "modify");

	/** With {@code ANSI_QUOTES} the server quotes names in another way, but not texts. */
	private static final Pattern QUOTED = Pattern.compile("'(?:[^'\\\\]++|''|\\\\.)*+'|`[^`]*`|\"([^\"]*)\"");

	private TableDefinition() {
	}

	/**
	 * Return whether an {@code alter table} may exchange the names of columns or indexes:
	 * one gets the name that another one had. A column and an index may share a name. The
	 * change always shows if a name is gone that was certainly there.
	 */
	static boolean exchangesNames(List<Token> tokens) {
		Set<String> old = new HashSet<>();
		Set<String> given = new HashSet<>();
		Set<String> renamed = new HashSet<>();
		Set<String> gone = new HashSet<>();
		for (int i = 0; i + 2 < tokens.size(); i++) {
			int first = i + 1;
			String kind = "";
			while (first + 2 < tokens.size() && isBeforeName(tokens.get(first))) {
				kind = OF_INDEX.contains(tokens.get(first).lower()) ? "index " : kind;
				first++;
			}
			String name = tokens.get(first).lower();
			if (tokens.get(i).is("change") || tokens.get(i).is("rename")) {
				int second = first + ((tokens.get(i).is("change") || first + 2 >= tokens.size()) ? 1 : 2);
				String other = tokens.get(Math.min(second, tokens.size() - 1)).lower();
				if (!name.equals(other)) {
					old.add(kind + name);
					given.add(kind + other);
					gone.add(kind + name);
					renamed.addAll(List.of(kind + name, kind + other));
				}
			}
			else if (tokens.get(i).is("drop")) {
				old.add(kind + name);
			}
			else if (tokens.get(i).is("add")) {
				// an index without a name has that of its first column
				String own = name.equals("(") ? tokens.get(Math.min(first, tokens.size() - 2) + 1).lower() : name;
				given.addAll((name.equals("(") && kind.isEmpty()) ? inParentheses(tokens, first) : Set.of(kind + own));
			}
		}
		gone.removeAll(given);
		// only such parts may make an index without naming it
		boolean plain = tokens.stream().noneMatch((token) -> MAKING_INDEX.contains(token.lower()));
		boolean shows = tokens.stream().noneMatch((token) -> token.is("if"))
				&& gone.stream().anyMatch((name) -> plain || !name.startsWith("index "));
		return !shows && renamed.stream().anyMatch((name) -> old.contains(name) && given.contains(name));
	}

	private static boolean isBeforeName(Token token) {
		return token.kind() == Token.Kind.WORD && (OF_INDEX.contains(token.lower()) || OF_NAME.contains(token.lower()));
	}

	/** Return the first word of each item of a list. */
	private static Set<String> inParentheses(List<Token> tokens, int open) {
		Set<String> found = new HashSet<>();
		int depth = 0;
		for (int i = open; i + 1 < tokens.size(); i++) {
			depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
			if (depth == 1 && (tokens.get(i).is("(") || tokens.get(i).is(","))) {
				found.add(tokens.get(i + 1).lower());
			}
		}
		return found;
	}

	/**
	 * Return whether a table has changed as the statement changes it. If somebody else
	 * has changed it, something differs that the statement does not name.
	 */
	static boolean isChangedBy(ScriptStatement statement, String before, String now) {
		Set<String> words = statement.words();
		if (words.contains("truncate")) {
			// it removes rows, which nothing here shows
			return false;
		}
		List<String> present = lines(now);
		List<String> all = lines(before);
		List<String> old = all.stream().filter((line) -> !isReplaced(line, all, present)).toList();
		List<String> different = new ArrayList<>(old);
		different.removeAll(present);
		List<String> added = new ArrayList<>(present);
		added.removeAll(old);
		different.addAll(added);
		Set<String> names = names(old);
		Set<String> presentNames = names(present);
		boolean gone = !presentNames.containsAll(names);
		boolean come = !names.containsAll(presentNames);
		if (different.isEmpty()) {
			return isOneOf(words, "first", "after") && !old.equals(present);
		}
		// a conversion changes columns that it does not name, even their types
		Predicate<String> converted = (line) -> line.startsWith("`") && isOneOf(words, "charset", "character")
				&& names.contains(name(line)) && presentNames.contains(name(line));
		return (!gone || isOneOf(words, "drop", "change", "rename"))
				&& (!come || isOneOf(words, "add", "create", "change", "rename", "modify"))
				&& different.stream().anyMatch((line) -> isNamed(words, line, different))
				&& different.stream().allMatch((line) -> converted.test(line) || isNamed(words, line, different));
	}

	/**
	 * The server drops the index that it has made for a foreign key once there is another
	 * one that begins with the same columns.
	 */
	private static boolean isReplaced(String index, List<String> old, List<String> present) {
		String columns = columns(index);
		return index.startsWith("KEY ") && !columns.isEmpty() && !present.contains(index) && present.stream()
			.anyMatch((line) -> line.contains("KEY ") && !old.contains(line) && columns(line).startsWith(columns));
	}

	private static String columns(String index) {
		int open = index.indexOf('(');
		int close = index.lastIndexOf(')');
		return (open >= 0 && close > open) ? index.substring(open + 1, close) : "";
	}

	private static boolean isOneOf(Set<String> named, String... words) {
		return Stream.of(words).anyMatch(named::contains);
	}

	private static Set<String> names(List<String> lines) {
		return lines.stream().map(TableDefinition::name).collect(Collectors.toSet());
	}

	private static String name(String line) {
		return line.startsWith("PRIMARY KEY") ? "PRIMARY KEY"
				: line.replaceFirst("^((UNIQUE |FULLTEXT |SPATIAL )?KEY |CONSTRAINT )?(`[^`]*`)?.*$", "$1$3")
					.toLowerCase(Locale.ROOT);
	}

	private static List<String> lines(String text) {
		return QUOTED.matcher(text)
			.replaceAll((quoted) -> Matcher.quoteReplacement(
					(quoted.group(1) != null) ? "`" + quoted.group(1).replace("`", "``") + "`" : quoted.group()))
			.lines()
			.skip(1)
			.map((line) -> line.strip().replaceFirst(",$", ""))
			.toList();
	}

	/**
	 * Return whether the statement names what differs in a line. An index changes with
	 * its columns, so its line before or after the change may have the name.
	 */
	private static boolean isNamed(Set<String> words, String line, List<String> different) {
		String first = name(line);
		return different.stream()
			.filter((other) -> name(other).equals(first))
			.anyMatch((other) -> SqlScanner.mySql(other, false)
				.stream()
				.anyMatch((token) -> isTelling(token, other) && isNamed(words, token.lower())));
	}

	private static boolean isNamed(Set<String> words, String word) {
		return words.contains(word) || switch (word) {
			case "charset" -> words.contains("character");
			case "partition", "partitions" -> words.contains("partitioning") || words.contains("partition");
			default -> false;
		};
	}

	/**
	 * Return whether a token tells what differs. The last line has the table options.
	 */
	private static boolean isTelling(Token token, String line) {
		return token.kind() == Token.Kind.NAME || token.is("primary") || isOption(token)
				|| (line.startsWith(")") && token.kind() == Token.Kind.WORD && !token.is("default"));
	}

	private static boolean isOption(Token token) {
		return Set.of("engine", "charset", "collate", "comment", "row_format", "partition", "partitions", "versioning")
			.contains(token.lower());
	}

}

package dev.startgate.flyway.resume;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.startgate.flyway.resume.Token.Kind;

/**
 * The variables of a session, such as {@code @x}, in a statement of MySQL or MariaDB.
 */
final class SessionVariables {

	private static final Set<String> CLAUSES = Set.of("select", "from", "update", "join", "on", "using", "where", "set",
			"values", "group", "having", "order", "limit");

	private static final Set<String> SEVERAL = Set.of("union", "except", "intersect", "minus", "with");

	private final List<Token> tokens;

	private final Set<String> assigned = new HashSet<>();

	private final Set<String> mentioned = new HashSet<>();

	/** The variables that are set before the rest of the statement is evaluated. */
	private final Set<String> first = new HashSet<>();

	private int depth;

	private boolean listed;

	private boolean inTables;

	SessionVariables(List<Token> tokens) {
		this.tokens = tokens;
		boolean several = tokens.stream().anyMatch((token) -> SEVERAL.contains(token.lower()));
		for (int i = 0; i < tokens.size(); i++) {
			Token token = tokens.get(i);
			if (token.kind() == Kind.VARIABLE) {
				(isAssigned(i) ? this.assigned : this.mentioned).add(token.lower());
			}
			if (this.depth == 0 && token.kind() == Kind.WORD && CLAUSES.contains(token.lower())) {
				this.inTables = token.is("from") || token.is("join") || token.is("update");
			}
			if (this.depth == 0 && this.inTables && !several && token.is("(")) {
				constants(i + 1);
			}
			this.depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
		}
	}

	private Token at(int i) {
		return (i >= 0 && i < this.tokens.size()) ? this.tokens.get(i) : Token.STRING;
	}

	private boolean isAssigned(int i) {
		boolean sets = at(0).is("set") && this.depth == 0 && (at(i - 1).is("set") || at(i - 1).is(","));
		boolean diagnoses = at(0).is("get");
		this.listed = at(i - 1).is("into") || (this.listed && at(i - 1).is(",") && at(i - 2).kind() == Kind.VARIABLE);
		return this.listed || at(i + 1).is(":") || ((sets || diagnoses) && at(i + 1).is("="));
	}

	/**
	 * Collect the variables that a subquery of nothing but constants sets. The server
	 * evaluates it before it reads other tables.
	 */
	private void constants(int from) {
		Set<String> found = new HashSet<>();
		int i = from;
		while (at(i).is(found.isEmpty() ? "select" : ",") && at(i + 1).kind() == Kind.VARIABLE && at(i + 2).is(":")
				&& at(i + 3).is("=") && isConstant(at(i + 4))) {
			found.add(at(i + 1).lower());
			i += 5;
		}
		if (at(i).is(")")) {
			this.first.addAll(found);
		}
	}

	private static boolean isConstant(Token token) {
		return token.kind() == Kind.STRING || (token.kind() == Kind.WORD && token.lower().matches("[0-9]+|null"));
	}

	/** Return the variables that the statement sets. */
	Set<String> assigned() {
		return this.assigned;
	}

	/** Return the variables whose values the statement needs. */
	Set<String> needed() {
		this.mentioned.removeAll(this.first);
		return this.mentioned;
	}

}

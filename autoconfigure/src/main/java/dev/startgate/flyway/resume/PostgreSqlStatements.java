package dev.startgate.flyway.resume;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
import dev.startgate.flyway.resume.TokenReader.QualifiedName;
import dev.startgate.sql.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the statements of PostgreSQL do. A statement that it does not know is
 * opaque.
 */
final class PostgreSqlStatements {

	static final String INDEX = "index";

	/** An index in the schema of its table. The target has the table as its schema. */
	static final String ON_TABLE = "index on";

	/** The invalid indexes of a table, in addition to those that were there. */
	static final String LEFTOVERS = "invalid indexes of table";

	/** The same for the table that an index belongs to. */
	static final String LEFTOVERS_OF_INDEX = "invalid indexes beside";

	private static final Set<String> JOINING = Set.of("table", "unlogged", "view", "materialized", "recursive",
			"function", "procedure", "trigger", "type", "domain", "schema", "sequence", "extension", "policy", "rule",
			"aggregate", "operator", "collation", "cast", "statistics", "publication", "foreign", "index", "unique",
			"default", "role", "constraint", "event", "text", "language");

	private final TokenReader reader;

	private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

	private final String sql;

	private @Nullable Target target;

	private PostgreSqlStatements(String sql, TokenReader reader) {
		this.sql = sql;
		this.reader = reader;
	}

	static ScriptStatement read(String sql) {
		TokenReader reader = new TokenReader(SqlScanner.postgreSql(sql), true);
		PostgreSqlStatements statements = new PostgreSqlStatements(sql, reader);
		List<Token> tokens = reader.all();
		statements.traits.addAll(PostgreSqlSession.traits(tokens));
		Role role = statements.role();
		return new ScriptStatement(role, (statements.target != null && (role == Role.ALONE || role == Role.AGAIN))
				? List.of(statements.target) : List.of(), statements.traits, () -> tokens);
	}

	private Role role() {
		while (this.reader.accept("(")) {
			// a query in parentheses
		}
		return switch (this.reader.word()) {
			case "copy" -> {
				if (this.reader.has("stdin")) {
					this.traits.add(Trait.HAS_ROWS);
				}
				yield (this.reader.has("program") || isElsewhere()) ? Role.OPAQUE : Role.JOINS;
			}
			case "do" -> {
				changesUser();
				Role role = PostgreSqlSession.isOfTransaction(this.sql) ? Role.JOINS : Role.OPAQUE;
				yield PostgreSqlSession.isChangedByBlock(this.sql) ? keeps(role) : role;
			}
			case "insert", "update", "delete", "merge", "select", "with", "values", "table", "comment", "grant",
					"revoke", "truncate", "notify", "explain", "security" ->
				(isElsewhere() || (this.traits.contains(Trait.KEEPS_STATE) && changesUser())) ? Role.OPAQUE
						: Role.JOINS;
			case "set" -> set(false);
			case "reset" -> set(true);
			case "begin" -> begins();
			case "start" -> this.reader.accept("transaction") ? begins() : Role.OPAQUE;
			case "commit", "end" -> ends() ? Role.COMMITS : blinds(Role.COMMITS);
			case "rollback", "abort" -> rollsBack();
			case "savepoint", "release" -> Role.JOINS;
			case "create" -> create();
			case "alter" -> alter();
			case "drop" -> drop();
			case "refresh" -> this.reader.accept("materialized") ? Role.JOINS : Role.OPAQUE;
			// one by one, unless they are put into a transaction
			case "vacuum", "checkpoint", "cluster", "analyze", "analyse" -> Role.AGAIN;
			case "reindex" -> reindex();
			case "prepare" -> this.reader.accept("transaction") ? blinds(Role.COMMITS) : keeps(Role.OPAQUE);
			case "execute", "deallocate", "declare", "discard", "listen", "load" -> keeps(Role.OPAQUE);
			default -> Role.OPAQUE;
		};
	}

	private boolean isElsewhere() {
		return PostgreSqlSession.isElsewhere(this.reader.all());
	}

	private boolean changesUser() {
		boolean changes = PostgreSqlSession.changesUser(this.sql);
		if (changes) {
			this.traits.add(Trait.CHANGES_USER);
			if (!PostgreSqlSession.changesUserForGood(this.sql)) {
				this.traits.add(Trait.ENDS_WITH_TRANSACTION);
			}
		}
		return changes;
	}

	private Role keeps(Role role) {
		this.traits.add(Trait.KEEPS_STATE);
		return role;
	}

	/**
	 * After such a statement, an unknown transaction may be open or prepared, or the
	 * transaction may be read-only.
	 */
	private Role blinds(Role role) {
		this.traits.add(Trait.BLINDS);
		return keeps(role);
	}

	private Role set(boolean resets) {
		if (this.reader.acceptAny("local", "constraints", "transaction")) {
			this.traits.add(Trait.ENDS_WITH_TRANSACTION);
		}
		if (this.reader.has("role", "authorization", "session_authorization")) {
			this.traits.add(Trait.CHANGES_USER);
		}
		if (this.reader.has("seed")) {
			return keeps(Role.JOINS);
		}
		if (!resets && PostgreSqlSession.putsTemporaryFirst(this.reader.all())) {
			return keeps(Role.REPLAYED);
		}
		return (resets && this.reader.has("all"))
				|| this.reader.has("only", "default_transaction_read_only", "transaction_read_only")
						? blinds(Role.OPAQUE) : Role.REPLAYED;
	}

	private Role begins() {
		return this.reader.has("only") ? blinds(Role.OPAQUE) : Role.BEGINS;
	}

	private Role rollsBack() {
		this.traits.add(Trait.TAKES_BACK);
		return this.reader.has("to") ? Role.JOINS : ends() ? Role.ROLLS_BACK : blinds(Role.COMMITS);
	}

	private boolean ends() {
		this.reader.acceptAny("work", "transaction");
		this.reader.accept("and", "no", "chain");
		this.reader.accept(";");
		return this.reader.isAtEnd();
	}

	private Role create() {
		this.reader.accept("or", "replace");
		if (this.reader.acceptAny("temp", "temporary", "local", "global")) {
			return keeps(Role.OPAQUE);
		}
		if (!this.reader.has("concurrently")) {
			return joins();
		}
		this.reader.accept("unique");
		if (!this.reader.accept(INDEX, "concurrently")) {
			return Role.OPAQUE;
		}
		this.reader.accept("if", "not", "exists");
		QualifiedName index = this.reader.name();
		if (index == null || !this.reader.accept("on")) {
			return Role.OPAQUE;
		}
		this.reader.accept("only");
		QualifiedName table = this.reader.name();
		return (table != null) ? alone(new Target(ON_TABLE, qualified(table), index.name(), Effect.APPEARS))
				: Role.OPAQUE;
	}

	private static String qualified(QualifiedName name) {
		return Identifiers.STANDARD.qualified(name.schema(), name.name());
	}

	private Role alone(Target found) {
		this.target = found;
		return Role.ALONE;
	}

	private Role joins() {
		String type = this.reader.word();
		boolean elsewhere = Set.of("table", "unlogged", "materialized").contains(type) && isElsewhere();
		return (JOINING.contains(type) && !elsewhere) ? Role.JOINS : Role.OPAQUE;
	}

	/**
	 * Later sessions begin with what is set for a user or a database.
	 */
	private Role alter() {
		if (this.reader.accept("role")) {
			return this.reader.has("set") ? keeps(Role.JOINS) : Role.JOINS;
		}
		if (this.reader.acceptAny("user", "database")) {
			return this.reader.has("set") ? keeps(Role.OPAQUE) : Role.OPAQUE;
		}
		return this.reader.has("concurrently") ? Role.OPAQUE : joins();
	}

	private Role drop() {
		if (!this.reader.has("concurrently")) {
			return joins();
		}
		if (!this.reader.accept(INDEX, "concurrently")) {
			return Role.OPAQUE;
		}
		this.reader.accept("if", "exists");
		QualifiedName index = this.reader.name();
		return (index != null && !this.reader.has("cascade") && !this.reader.accept(","))
				? alone(new Target(INDEX, index.schema(), index.name(), Effect.DISAPPEARS)) : Role.OPAQUE;
	}

	private Role reindex() {
		boolean concurrently = this.reader.has("concurrently");
		if (!this.reader.find(Set.of("index", "table", "schema", "database", "system"))) {
			return Role.OPAQUE;
		}
		String what = this.reader.word();
		this.reader.accept("concurrently");
		QualifiedName name = this.reader.name();
		if (!concurrently) {
			return Role.AGAIN;
		}
		if (name == null || (!what.equals("index") && !what.equals("table"))) {
			return Role.OPAQUE;
		}
		this.target = new Target(what.equals("table") ? LEFTOVERS : LEFTOVERS_OF_INDEX, null, qualified(name),
				Effect.CHANGES);
		return Role.AGAIN;
	}

}

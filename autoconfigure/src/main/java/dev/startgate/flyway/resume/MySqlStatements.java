package dev.startgate.flyway.resume;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Token.Kind;

/**
 * Tells what the statements of MySQL and MariaDB do. A statement that it does not know is
 * opaque.
 */
final class MySqlStatements {

	private final TokenReader reader;

	private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

	private final TargetList targets;

	private final MySqlDefinition definition;

	private final boolean open;

	private MySqlStatements(TokenReader reader, boolean open) {
		this.reader = reader;
		this.open = open;
		this.targets = new TargetList(reader);
		this.definition = new MySqlDefinition(reader, this.targets, this.traits);
	}

	/**
	 * Read a statement.
	 * @param ansiQuotes whether double quotes are around names
	 * @param open whether a transaction is open all the time
	 */
	static ScriptStatement read(String sql, boolean ansiQuotes, boolean open) {
		if (SqlScanner.changesRows(sql) && !MySqlSession.mayConcern(sql)) {
			return new ScriptStatement(Role.JOINS, List.of(), Set.of(), () -> SqlScanner.mySql(sql, ansiQuotes));
		}
		TokenReader reader = new TokenReader(SqlScanner.mySql(sql, ansiQuotes), false);
		MySqlStatements statements = new MySqlStatements(reader, open);
		boolean known = MySqlSession.isOne(reader.all()) && !MySqlSession.changesSyntax(sql);
		Role role = known ? statements.role() : statements.unknown();
		if (statements.definition.isOfRoutine()) {
			List<Token> named = reader.all().stream().filter((token) -> token.kind() != Kind.VARIABLE).toList();
			return new ScriptStatement(role, statements.targets(role), statements.traits, () -> named);
		}
		statements.traits.addAll(MySqlSession.traits(reader.all()));
		boolean sets = reader.all().stream().limit(1).anyMatch((token) -> token.is("set"));
		if (role == Role.OPAQUE && !sets && reader.all().stream().anyMatch((token) -> token.kind() == Kind.VARIABLE)) {
			statements.traits.add(Trait.KEEPS_STATE);
		}
		return new ScriptStatement(role, statements.targets(role), statements.traits, reader::all);
	}

	private List<Target> targets(Role role) {
		return (role == Role.ALONE) ? this.targets.all() : List.of();
	}

	private Role unknown() {
		return keeps(blinds());
	}

	private Role blinds() {
		this.traits.add(Trait.BLINDS);
		return Role.OPAQUE;
	}

	private Role keeps(Role role) {
		this.traits.add(Trait.KEEPS_STATE);
		return role;
	}

	private Role role() {
		while (this.reader.accept("(")) {
			// a query in parentheses
		}
		return switch (this.reader.word()) {
			case "values", "show", "desc", "describe", "explain", "do", "savepoint", "release", "checksum" ->
				Role.JOINS;
			case "select" -> this.reader.has("outfile", "dumpfile") ? Role.OPAQUE : Role.JOINS;
			case "insert", "update", "delete", "replace", "with" ->
				(MySqlSession.isOfServer(this.reader.all()) || this.reader.has("outfile", "dumpfile")) ? Role.OPAQUE
						: Role.JOINS;
			case "set" -> switch (MySqlAssignment.of(this.reader.all(), this.open)) {
				case ELSEWHERE -> Role.OPAQUE;
				case OF_SERVER -> keeps(Role.OPAQUE);
				case UNKNOWN -> unknown();
				case FROM_DATA -> keeps(Role.JOINS);
				case FIXED -> Role.REPLAYED;
			};
			case "use" -> Role.REPLAYED;
			case "begin" -> begin();
			case "start" -> start();
			case "commit" -> ends() ? Role.COMMITS : unknown();
			case "rollback" -> rollback();
			case "create" -> this.definition.create();
			case "alter" -> this.definition.alter();
			case "drop" -> this.definition.drop();
			case "rename" -> this.definition.rename();
			case "truncate", "grant" -> Role.AGAIN;
			case "analyze", "optimize", "check", "repair" -> {
				this.reader.acceptAny("local", "no_write_to_binlog");
				yield this.reader.acceptAny(MySqlDefinition.TABLE, "tables") ? Role.AGAIN : Role.OPAQUE;
			}
			case "flush" -> this.reader.has("lock", "export") ? blinds() : Role.AGAIN;
			case "prepare", "deallocate" -> keeps(Role.JOINS);
			case "execute", "handler" -> keeps(Role.OPAQUE);
			case "lock", "xa", "backup" -> blinds();
			case "unlock" -> {
				this.traits.add(Trait.SEES_AGAIN);
				yield Role.OPAQUE;
			}
			default -> Role.OPAQUE;
		};
	}

	private boolean ends() {
		this.reader.accept("work");
		this.reader.accept("and", "no", "chain");
		this.reader.accept("no", "release");
		this.reader.accept(";");
		return this.reader.isAtEnd();
	}

	private Role begin() {
		return ends() ? Role.BEGINS : unknown();
	}

	private Role start() {
		if (!this.reader.accept("transaction")) {
			return Role.OPAQUE;
		}
		return this.reader.has("only") ? unknown() : Role.BEGINS;
	}

	private Role rollback() {
		return this.reader.has("to") ? Role.JOINS : ends() ? Role.ROLLS_BACK : unknown();
	}

}

package dev.startgate.flyway.resume;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
import dev.startgate.flyway.resume.Token.Kind;
import dev.startgate.flyway.resume.TokenReader.QualifiedName;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the statements of MySQL and MariaDB do. Each that is not known here is
 * opaque.
 */
final class MySqlStatements {

	static final String TABLE = "table";

	private static final Set<String> CREATED = Set.of(TABLE, "view", "index", "procedure", "function", "trigger",
			"event", "database", "schema", "user", "role", "sequence", "server", "tablespace", "package", "logfile",
			"library");

	private final TokenReader reader;

	private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

	private final TargetList targets;

	private MySqlStatements(TokenReader reader) {
		this.reader = reader;
		this.targets = new TargetList(reader);
	}

	static ScriptStatement read(String sql, boolean ansiQuotes) {
		if (SqlScanner.changesRows(sql) && !MySqlSession.mayConcern(sql)) {
			return new ScriptStatement(Role.JOINS, List.of(), Set.of(), () -> SqlScanner.mySql(sql, ansiQuotes));
		}
		TokenReader reader = new TokenReader(SqlScanner.mySql(sql, ansiQuotes), false);
		MySqlStatements statements = new MySqlStatements(reader);
		statements.traits.addAll(MySqlSession.traits(reader.all()));
		boolean known = MySqlSession.isOne(reader.all()) && !MySqlSession.changesSyntax(sql);
		Role role = known ? statements.role() : statements.unknown();
		boolean sets = reader.all().stream().limit(1).anyMatch((token) -> token.is("set"));
		if (role == Role.OPAQUE && !sets && reader.all().stream().anyMatch((token) -> token.kind() == Kind.VARIABLE)) {
			statements.traits.add(Trait.KEEPS_STATE);
		}
		return new ScriptStatement(role, (role == Role.ALONE) ? statements.targets.all() : List.of(), statements.traits,
				reader::all);
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
			case "set" -> switch (MySqlSession.set(this.reader.all())) {
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
			case "create" -> create();
			case "alter" -> alter();
			case "drop" -> drop();
			case "rename" -> rename();
			case "truncate", "grant" -> Role.AGAIN;
			case "analyze", "optimize", "check", "repair" -> {
				this.reader.acceptAny("local", "no_write_to_binlog");
				yield this.reader.acceptAny(TABLE, "tables") ? Role.AGAIN : Role.OPAQUE;
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

	private Role create() {
		boolean replaces = this.reader.accept("or", "replace");
		boolean temporary = this.reader.accept("temporary");
		if (!this.reader.find(CREATED)) {
			return Role.OPAQUE;
		}
		String type = this.reader.word();
		if (type.equals("index")) {
			return (this.reader.find(Set.of("on")) && this.reader.accept("on")) ? changes(replaces) : Role.OPAQUE;
		}
		boolean ifAbsent = this.reader.accept("if", "not", "exists");
		if (MySqlSession.runsOnce(this.reader.all())) {
			// it runs, and may be gone by itself
			return Role.OPAQUE;
		}
		return switch (type) {
			case TABLE -> temporary ? keeps(Role.JOINS) : replaces ? Role.OPAQUE : created(type);
			case "view", "procedure", "function", "trigger", "event" ->
				this.reader.has("soname") ? Role.OPAQUE : replaces ? Role.AGAIN : created(type);
			case "database", "schema", "user", "role", "sequence" -> ifAbsent ? Role.AGAIN : Role.OPAQUE;
			default -> Role.OPAQUE;
		};
	}

	private Role created(String type) {
		if (type.equals(TABLE) && this.reader.has("select")) {
			this.traits.add(Trait.TELLS_LITTLE);
		}
		return this.targets.named(type, Effect.APPEARS) ? Role.ALONE : Role.OPAQUE;
	}

	private Role changes(boolean opaque) {
		return (!opaque && this.targets.named(TABLE, Effect.CHANGES)) ? Role.ALONE : Role.OPAQUE;
	}

	private Role alter() {
		this.reader.accept("online");
		this.reader.accept("ignore");
		if (!this.reader.accept(TABLE)) {
			boolean again = this.reader.find(Set.of("view", "event", "database", "schema", TABLE, "user", "procedure"))
					&& this.reader.acceptAny("view", "event", "database", "schema");
			return (again && !this.reader.has("rename") && !MySqlSession.runsOnce(this.reader.all())) ? Role.AGAIN
					: Role.OPAQUE;
		}
		this.reader.accept("if", "exists");
		QualifiedName name = this.reader.name();
		if (name == null || this.reader.has("exchange", "discard", "import")) {
			return Role.OPAQUE;
		}
		if (renames()) {
			this.reader.acceptAny("to", "as", "=");
			QualifiedName to = this.reader.name();
			return (this.targets.add(TABLE, name, Effect.DISAPPEARS)
					&& this.targets.add(TABLE, TargetList.inSchemaOf(name, to), Effect.APPEARS)) ? Role.ALONE
							: Role.OPAQUE;
		}
		if (TableDefinition.exchangesNames(this.reader.all())) {
			this.traits.add(Trait.MAY_SWAP);
		}
		return this.targets.add(TABLE, name, Effect.CHANGES) ? Role.ALONE : Role.OPAQUE;
	}

	private boolean renames() {
		Set<String> inTable = Set.of("column", "index", "key", "constraint");
		while (this.reader.find(Set.of("rename"))) {
			this.reader.word();
			boolean ofPart = false;
			for (String part : inTable) {
				ofPart |= this.reader.accept(part);
			}
			if (!ofPart) {
				return true;
			}
		}
		return false;
	}

	private Role drop() {
		if (this.reader.accept("temporary")) {
			return Role.JOINS;
		}
		if (this.reader.accept("prepare")) {
			return keeps(Role.JOINS);
		}
		String type = this.reader.word();
		type = type.equals("tables") ? TABLE : type;
		if (type.equals("index")) {
			return (this.reader.find(Set.of("on")) && this.reader.accept("on")) ? changes(false) : Role.OPAQUE;
		}
		boolean ifThere = this.reader.accept("if", "exists");
		return switch (type) {
			case TABLE, "view" -> this.targets.dropped(type) ? Role.ALONE : Role.OPAQUE;
			case "procedure", "function", "trigger", "event" ->
				this.targets.named(type, Effect.DISAPPEARS) ? Role.ALONE : Role.OPAQUE;
			case "database", "schema", "user", "role", "sequence" -> ifThere ? Role.AGAIN : Role.OPAQUE;
			default -> Role.OPAQUE;
		};
	}

	private Role rename() {
		if (!this.reader.acceptAny(TABLE, "tables")) {
			return Role.OPAQUE;
		}
		this.reader.accept("if", "exists");
		if (!this.targets.renamed(TABLE)) {
			return Role.OPAQUE;
		}
		if (this.targets.all().stream().anyMatch((target) -> target.effect() == Effect.CHANGES)) {
			this.traits.add(Trait.MAY_SWAP);
		}
		return Role.ALONE;
	}

}

package dev.startgate.flyway.resume;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import dev.startgate.flyway.resume.Target.Effect;
import dev.startgate.flyway.resume.TokenReader.QualifiedName;

/**
 * Tells what a statement of MySQL or MariaDB does to the schema.
 */
final class MySqlDefinition {

	static final String TABLE = "table";

	private static final Set<String> CREATED = Set.of(TABLE, "view", "index", "procedure", "function", "trigger",
			"event", "database", "schema", "user", "role", "sequence", "server", "tablespace", "package", "logfile",
			"library");

	private final TokenReader reader;

	private final TargetList targets;

	private final Set<Trait> traits;

	private boolean ofRoutine;

	MySqlDefinition(TokenReader reader, TargetList targets, Set<Trait> traits) {
		this.reader = reader;
		this.targets = targets;
		this.traits = traits;
	}

	/**
	 * Return whether it creates something whose body is executed later.
	 */
	boolean isOfRoutine() {
		return this.ofRoutine;
	}

	private Role keeps(Role role) {
		this.traits.add(Trait.KEEPS_STATE);
		return role;
	}

	Role create() {
		boolean replaces = this.reader.accept("or", "replace");
		boolean temporary = this.reader.accept("temporary");
		if (!this.reader.find(CREATED)) {
			return Role.OPAQUE;
		}
		String type = this.reader.word();
		if (temporary) {
			return keeps(Role.JOINS);
		}
		if (type.equals("index")) {
			return (this.reader.find(Set.of("on")) && this.reader.accept("on")) ? changes(replaces) : Role.OPAQUE;
		}
		boolean ifAbsent = this.reader.accept("if", "not", "exists");
		this.ofRoutine = Set.of("procedure", "function", "trigger", "event").contains(type);
		if (type.equals("event") && MySqlSession.runsOnce(this.reader.all())) {
			// the event runs, and may be gone by itself
			return Role.OPAQUE;
		}
		return switch (type) {
			case TABLE -> replaces ? Role.OPAQUE : created(type);
			case "view", "procedure", "function", "trigger", "event" ->
				this.reader.has("soname") ? Role.OPAQUE : replaces ? Role.AGAIN : created(type);
			case "database", "schema", "user", "role", "sequence" -> ifAbsent ? Role.AGAIN : Role.OPAQUE;
			default -> Role.OPAQUE;
		};
	}

	private Role created(String type) {
		if (type.equals(TABLE) && (this.reader.has("select", TABLE) || hasRows())) {
			this.traits.add(Trait.TELLS_LITTLE);
		}
		return this.targets.named(type, Effect.APPEARS) ? Role.ALONE : Role.OPAQUE;
	}

	/** A partition has values, too, which are less than or in something. */
	private boolean hasRows() {
		List<Token> tokens = this.reader.all();
		return IntStream.range(1, tokens.size())
			.anyMatch((i) -> tokens.get(i - 1).is("values") && (tokens.get(i).is("(") || tokens.get(i).is("row")));
	}

	private Role changes(boolean opaque) {
		return (!opaque && this.targets.named(TABLE, Effect.CHANGES)) ? Role.ALONE : Role.OPAQUE;
	}

	Role alter() {
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
		if (name == null || movesFiles()) {
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

	/** Each of these words alone may be the name of a column. */
	private boolean movesFiles() {
		List<Token> tokens = this.reader.all();
		return IntStream.range(1, tokens.size())
			.anyMatch((i) -> Set.of("exchange", "discard", "import").contains(tokens.get(i - 1).lower())
					&& (tokens.get(i).is("partition") || tokens.get(i).is("tablespace")));
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

	Role drop() {
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

	Role rename() {
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

package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import dev.startgate.flyway.resume.Verdict.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares how everything looks with how it looked when the script was interrupted.
 */
final class DatabaseEvidence implements Evidence {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseEvidence.class);

	private static final ScriptStatement NOTHING = new ScriptStatement(ScriptStatement.Role.OPAQUE, List.of(), Set.of(),
			List::of);

	private final Connection connection;

	private final ScriptDatabase database;

	private final Map<Target, String> before;

	private @Nullable String unrestored;

	/** The settings that this session had before it was given others. */
	private @Nullable String own;

	private String given = "";

	DatabaseEvidence(Connection connection, ScriptDatabase database, Map<Target, String> before) {
		this.connection = connection;
		this.database = database;
		this.before = before;
	}

	/**
	 * Give this session the settings of the one that began the script, before anything of
	 * the script is executed. Within a transaction it keeps its own, because a rollback
	 * could take the others back.
	 * @param begun whether anything of it may have taken effect
	 */
	void restore(boolean begun) throws SQLException {
		String beginning = this.before.remove(Target.BEGINNING);
		if (!begun) {
			// the script begins anew, with the settings of this session
			this.before.keySet().removeIf(Target::isOfSession);
		}
		else if (beginning != null && (!this.database.isTransactional() || this.connection.getAutoCommit())) {
			this.own = this.database.settings().look(this.connection);
			this.given = beginning;
			this.unrestored = (this.own != null) ? this.database.settings().restore(this.connection, beginning)
					: SessionSettings.compare(beginning, null);
			this.database.restored(beginning);
		}
	}

	/**
	 * Give the session its own settings back, except those that were set again since.
	 */
	void giveBack() {
		String had = this.own;
		if (had == null || had.equals(this.given)) {
			return;
		}
		try {
			this.database.settings().undo(this.connection, had, this.given);
			this.database.restored(had);
		}
		catch (SQLException ex) {
			logger.debug("The session is gone", ex);
		}
	}

	/** Return the settings of its own that were replaced, {@code null} if none were. */
	@Nullable String own() {
		return this.own;
	}

	@Override
	public Verdict of(ScriptStatement statement) throws SQLException {
		List<Verdict> verdicts = new ArrayList<>();
		for (Target target : targets(statement)) {
			String old = this.before.get(target);
			String now = this.database.look(this.connection, target);
			verdicts.add((old == null || now == null) ? Verdict.of(Kind.UNCLEAR, target.key() + " can't be seen")
					: this.database.compare(this.connection, target, old, now, statement));
		}
		String compared = verdicts.stream().map(Verdict::compared).collect(Collectors.joining(", "));
		Set<Kind> kinds = verdicts.stream().map(Verdict::kind).collect(Collectors.toSet());
		boolean silent = kinds.remove(Kind.SILENT);
		kinds.remove(Kind.NOTHING);
		Kind kind = (kinds.size() > 1) ? Kind.UNCLEAR
				: kinds.stream()
					.findFirst()
					.orElse((silent || (verdicts.isEmpty() && statement.role() != ScriptStatement.Role.AGAIN))
							? Kind.UNCLEAR : Kind.NOT_DONE);
		return new Verdict(kind, compared, verdicts.stream().flatMap((one) -> one.cleanUp().stream()).toList());
	}

	@Override
	public Verdict ofAll() throws SQLException {
		if (this.unrestored != null) {
			return Verdict.of(Kind.UNCLEAR, this.unrestored);
		}
		List<String> cleanUp = new ArrayList<>();
		for (Map.Entry<Target, String> one : this.before.entrySet()) {
			Target target = one.getKey();
			String now = this.database.look(this.connection, target);
			if (!one.getValue().equals(now)) {
				Verdict verdict = (now != null && !target.isOfSession())
						? this.database.compare(this.connection, target, one.getValue(), now, NOTHING)
						: Verdict.of(Kind.UNCLEAR, "");
				if (verdict.kind() != Kind.NOT_DONE && verdict.kind() != Kind.NOTHING) {
					return Verdict.of(Kind.UNCLEAR, target.key() + " does not look as before the one that was begun");
				}
				cleanUp.addAll(verdict.cleanUp());
			}
		}
		return new Verdict(Kind.NOT_DONE, "everything looks as before", cleanUp);
	}

	/**
	 * Return the targets of a statement as they were noted: what is gone by now may have
	 * been in another schema than the present one.
	 */
	List<Target> targets(ScriptStatement statement) throws SQLException {
		return this.database.resolve(this.connection, statement)
			.targets()
			.stream()
			.map((target) -> this.before.containsKey(target) ? target
					: this.before.keySet()
						.stream()
						.filter((one) -> one.type().equals(target.type()) && one.name().equals(target.name())
								&& one.effect() == target.effect())
						.findFirst()
						.orElse(target))
			.toList();
	}

	@Override
	public @Nullable String changedMeanwhile(@Nullable ScriptStatement butFor) throws SQLException {
		if (this.unrestored != null) {
			return this.unrestored;
		}
		Set<String> excepted = new HashSet<>();
		if (butFor != null) {
			targets(butFor).forEach((target) -> excepted.add(target.key()));
		}
		for (Map.Entry<Target, String> one : this.before.entrySet()) {
			String key = one.getKey().key();
			String now = this.database.look(this.connection, one.getKey());
			if (!excepted.contains(key) && !Objects.equals(now, one.getValue())) {
				String shown = (now != null) ? now : "hidden";
				return one.getKey().isOfSession() ? SessionSettings.compare(one.getValue(), now)
						: ("%s does not look as it did then. It was: %s%nIt is: %s%nNo replica has noted that change. A "
								+ "statement may have made it to something that it does not name, or a routine of the "
								+ "script, or another session")
							.formatted(key, one.getValue(), shown);
			}
		}
		return null;
	}

	@Override
	public void cleanUp(List<String> statements) throws SQLException {
		for (String sql : statements) {
			logger.info("Removing what an interrupted statement has left: {}", sql);
			try (Statement statement = this.connection.createStatement()) {
				statement.execute(sql);
			}
		}
	}

	@Override
	public String lastNumber() throws SQLException {
		return this.database.lastNumber(this.connection);
	}

}

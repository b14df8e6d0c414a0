package dev.startgate.flyway.resume;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.Verdict.Kind;
import dev.startgate.sql.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * Scripts of PostgreSQL. All but a few statements may be in a transaction. Those few may
 * leave an invalid index if they are interrupted.
 */
final class PostgreSqlScripts implements ScriptDatabase {

	private static final String VALID = "valid";

	private static final String LEFT_OVER = "left: ";

	private static final String BUILT = "exists (select from pg_stat_progress_create_index p where p.index_relid ="
			+ " i.indexrelid)";

	private static final String RELATIONS = " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
			+ " left join pg_index i on i.indexrelid = c.oid where ";

	/** {@code to_regclass} fails for a user without a right to the schema. */
	private static final String BY_NAMES = "n.nspname = ?::name and c.relname = ?::name";

	private static final String VISIBLE = "c.oid = to_regclass(?)";

	private static final String INDEX = "select i.indexrelid, i.indisvalid, " + BUILT + RELATIONS + BY_NAMES;

	private static final String SCHEMA = "select n.nspname" + RELATIONS + VISIBLE;

	/**
	 * Finds the invalid indexes of a table, its partitions and its long texts, as far as
	 * the user may drop them.
	 */
	private static final String LEFT = "select i.indexrelid, n.nspname, c.relname, " + BUILT
			+ " from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
			+ " where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'"
			+ " and has_schema_privilege(n.oid, 'usage') and pg_has_role(c.relowner, 'usage') and i.indrelid in (with named as (select"
			+ " coalesce(i.indrelid, c.oid) as t" + RELATIONS + "%s), tables as (select t from named union"
			+ " select relid from named cross join lateral pg_partition_tree(t))"
			+ " select t from tables union select reltoastrelid from tables join pg_class r on r.oid = t) order by 1";

	private static final Pattern QUALIFIED = Pattern.compile("(\"(?:[^\"]|\"\")+\")\\.(\"(?:[^\"]|\"\")+\")");

	@Override
	public ScriptStatement read(String sql) {
		return PostgreSqlStatements.read(sql);
	}

	@Override
	public SessionSettings settings() {
		return SessionSettings.OF_POSTGRESQL;
	}

	@Override
	public boolean isTransactional() {
		return true;
	}

	@Override
	public boolean isRolledBack(Connection connection, ScriptStatement statement) {
		return true;
	}

	@Override
	public ScriptStatement resolve(Connection connection, ScriptStatement statement) throws SQLException {
		List<Target> resolved = new ArrayList<>();
		for (Target target : statement.targets()) {
			boolean onTable = target.type().equals(PostgreSqlStatements.ON_TABLE);
			if (!onTable && !(target.type().equals(PostgreSqlStatements.INDEX) && target.schema() == null)) {
				resolved.add(target);
				continue;
			}
			String schema = schema(connection,
					onTable ? String.valueOf(target.schema()) : Identifiers.STANDARD.quoted(target.name()));
			if (schema == null && onTable) {
				return statement.as(Role.OPAQUE, List.of());
			}
			schema = (schema != null) ? schema : connection.getSchema();
			resolved.add(new Target(PostgreSqlStatements.INDEX, schema, target.name(), target.effect()));
		}
		return statement.as(statement.role(), resolved);
	}

	private static @Nullable String schema(Connection connection, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(SCHEMA)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getString(1) : null;
			}
		}
	}

	@Override
	public @Nullable String look(Connection connection, Target target, boolean there) throws SQLException {
		if (target.isOfSession()) {
			return settings().look(connection);
		}
		return target.type().equals(PostgreSqlStatements.INDEX) ? index(connection, target)
				: LEFT_OVER + String.join(" ", left(connection, target));
	}

	private static @Nullable String index(Connection connection, Target target) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(INDEX)) {
			statement.setString(1, target.schema());
			statement.setString(2, target.name());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					return Target.ABSENT;
				}
				long index = row.getLong(1);
				if (row.wasNull() || row.getBoolean(3)) {
					// it is another kind of relation, or is being built
					return null;
				}
				return row.getBoolean(2) ? VALID : "invalid " + index;
			}
		}
	}

	private static List<String> left(Connection connection, Target target) throws SQLException {
		List<String> found = new ArrayList<>();
		Matcher names = QUALIFIED.matcher(target.name());
		boolean qualified = names.matches();
		try (PreparedStatement statement = connection
			.prepareStatement(LEFT.formatted(qualified ? BY_NAMES : VISIBLE))) {
			statement.setString(1, qualified ? unquoted(names.group(1)) : target.name());
			if (qualified) {
				statement.setString(2, unquoted(names.group(2)));
			}
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					if (!row.getBoolean(4)) {
						found.add(Identifiers.STANDARD.qualified(row.getString(2), row.getString(3)));
					}
				}
			}
		}
		return found;
	}

	private static String unquoted(String name) {
		return name.substring(1, name.length() - 1).replace("\"\"", "\"");
	}

	@Override
	public Verdict compare(Connection connection, Target target, String before, String now, ScriptStatement statement)
			throws SQLException {
		String compared = target.key() + " was " + before + ", and is " + now;
		String drop = drop(connection);
		if (!target.type().equals(PostgreSqlStatements.INDEX)) {
			List<String> old = names(before);
			return new Verdict(Kind.NOT_DONE, compared,
					names(now).stream()
						.filter((one) -> !old.contains(one))
						.map((one) -> drop + "if exists " + one)
						.toList());
		}
		if (before.equals(now)) {
			return Verdict.of(Kind.NOT_DONE, compared);
		}
		if (target.effect() == Target.Effect.DISAPPEARS) {
			// an index is invalid while it is dropped
			return Verdict.of(now.equals(Target.ABSENT) ? Kind.DONE : Kind.NOT_DONE, compared);
		}
		if (!before.equals(Target.ABSENT) || now.equals(Target.ABSENT)) {
			return Verdict.of(Kind.UNCLEAR, compared);
		}
		return now.startsWith(VALID) ? Verdict.of(Kind.DONE, compared)
				: new Verdict(Kind.NOT_DONE, compared, List.of(drop + name(connection, number(now))));
	}

	/** A corrected script may run in a transaction, without {@code concurrently}. */
	private static String drop(Connection connection) throws SQLException {
		return connection.getAutoCommit() ? "drop index concurrently " : "drop index ";
	}

	/** Split a list of quoted names. A blank within a name has no quotes around it. */
	private static List<String> names(String left) {
		return Stream.of(left.substring(LEFT_OVER.length()).split("(?<=\") (?=\")"))
			.filter((name) -> !name.isEmpty())
			.toList();
	}

	private static String number(String look) {
		return look.substring(look.lastIndexOf(' ') + 1);
	}

	private static String name(Connection connection, String number) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select n.nspname, c.relname from pg_class c"
				+ " join pg_namespace n on n.oid = c.relnamespace where c.oid = ?::oid")) {
			statement.setString(1, number);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return Identifiers.STANDARD.qualified(row.getString(1), row.getString(2));
			}
		}
	}

}

package dev.startgate.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Does what the message of a stopped replica asks a person to do after an interrupted
 * migration: drop what it left, and the record of it. The person acts only when asked. A
 * log also tells of interrupted scripts that went on by themselves.
 */
final class Person {

	private static final Pattern ASKS = Pattern.compile("\\binterrupted\\b|failed migration", Pattern.CASE_INSENSITIVE);

	private final ChaosDatabase database;

	private final String name;

	private final JdbcTemplate jdbc;

	private final Set<String> heard = new HashSet<>();

	private final List<String> resolved = new ArrayList<>();

	Person(ChaosDatabase database, String name) {
		this.database = database;
		this.name = name;
		this.jdbc = database.jdbc(name);
	}

	List<String> resolved() {
		return List.copyOf(this.resolved);
	}

	/**
	 * Read what the replicas say, and resolve an interrupted migration once, even if
	 * several replicas ask for it.
	 */
	void look(List<Replica> replicas) {
		boolean asked = false;
		for (Replica replica : replicas) {
			asked |= isAsking(replica) && this.heard.add(replica.token());
		}
		if (asked && needsResolving()) {
			String version = nextVersion();
			this.database.undo(version).forEach(this::undo);
			this.jdbc.update(
					"insert into " + this.database.audit(this.name) + ".step (version, what) values (?, 'resolved')",
					version);
			this.jdbc.update("delete from flyway_schema_history where not success");
			deleteIntents();
			this.resolved.add("V" + version);
			// the other replicas ask for the same
			replicas.forEach((replica) -> this.heard.add(replica.token()));
		}
	}

	/**
	 * Execute a statement, which may fail: the migration may not have got that far.
	 */
	private void undo(String sql) {
		try {
			this.jdbc.execute(sql);
		}
		catch (NestedRuntimeException ex) {
			if (!(ex instanceof BadSqlGrammarException || ex instanceof UncategorizedSQLException)) {
				throw ex;
			}
			System.out.println("Nothing to undo: " + ex.getMessage());
		}
	}

	private boolean isAsking(Replica replica) {
		ReplicaProcess process = replica.current();
		if (process.isAlive()) {
			return process.state().startsWith("BLOCKED") && ASKS.matcher(process.state()).find();
		}
		String log = process.log();
		int analysis = log.lastIndexOf("APPLICATION FAILED TO START");
		return process.exitCode() == 1 && analysis >= 0 && ASKS.matcher(log.substring(analysis)).find();
	}

	private boolean needsResolving() {
		return count("startgate_record where kind = 'intent'") > 0
				|| count("flyway_schema_history where not success") > 0;
	}

	private int count(String from) {
		try {
			return this.jdbc.queryForObject("select count(*) from " + from, Integer.class);
		}
		catch (NestedRuntimeException ex) {
			return 0;
		}
	}

	private void deleteIntents() {
		if (count("startgate_record where kind = 'intent'") > 0) {
			this.jdbc.update("delete from startgate_record where kind = 'intent'");
		}
	}

	/**
	 * Return the version that was interrupted: the first one that is not done, because
	 * migrations run in order.
	 */
	private String nextVersion() {
		List<String> done = this.jdbc.queryForList(
				"select version from flyway_schema_history where success and version is not null", String.class);
		return Set.of("1", "2", "3", "4", "5", "6")
			.stream()
			.filter((version) -> !done.contains(version))
			.sorted()
			.findFirst()
			.orElse("6");
	}

}

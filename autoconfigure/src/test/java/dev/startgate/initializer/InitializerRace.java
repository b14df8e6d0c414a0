package dev.startgate.initializer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.startgate.initializer.InitializedReplica.Answer;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.PostgresDatabase;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Starts replicas at once, on an empty database in each round. Afterwards it compares the
 * content of the database with what one replica leaves.
 */
final class InitializerRace implements AutoCloseable {

	private final List<InitializedReplica> replicas = new ArrayList<>();

	InitializerRace(int replicas) throws IOException {
		for (int i = 0; i < replicas; i++) {
			this.replicas.add(new InitializedReplica());
		}
		for (InitializedReplica replica : this.replicas) {
			replica.await();
		}
	}

	/**
	 * Run rounds.
	 * @param initializer what initializes the database
	 * @param database where
	 * @param rounds how many
	 * @param more more properties
	 */
	Result run(Initializer initializer, Database database, int rounds, String... more) throws IOException {
		String reference = database.create();
		Answer alone = start(initializer, reference, this.replicas.subList(0, 1), more).get(0);
		if (!alone.open()) {
			throw new IllegalStateException("One replica alone does not start: " + alone.first());
		}
		List<String> expected = content(reference);
		Result result = new Result();
		for (int i = 0; i < rounds; i++) {
			String url = database.create();
			long began = System.nanoTime();
			List<Answer> answers = start(initializer, url, this.replicas, more);
			result.add(answers, expected, content(url), Duration.ofNanos(System.nanoTime() - began));
		}
		return result;
	}

	private List<Answer> start(Initializer initializer, String url, List<InitializedReplica> replicas, String... more)
			throws IOException {
		if (initializer.needsQuartzTables()) {
			createQuartzTables(url);
		}
		List<String> properties = new ArrayList<>(initializer.properties(url));
		properties.addAll(List.of(more));
		for (InitializedReplica replica : replicas) {
			replica.begin(properties);
		}
		List<Answer> answers = new ArrayList<>();
		for (InitializedReplica replica : replicas) {
			answers.add(replica.await());
		}
		while (answers.stream().anyMatch(Answer::ready)) {
			for (int i = 0; i < replicas.size(); i++) {
				if (answers.get(i).ready()) {
					replicas.get(i).go();
				}
			}
			for (int i = 0; i < replicas.size(); i++) {
				if (answers.get(i).ready()) {
					answers.set(i, replicas.get(i).await());
				}
			}
		}
		for (int i = 0; i < replicas.size(); i++) {
			Answer last = replicas.get(i).stop();
			if (answers.get(i).open()) {
				answers.set(i, last);
			}
		}
		return answers;
	}

	private static void createQuartzTables(String url) {
		ResourceDatabasePopulator script = new ResourceDatabasePopulator(
				new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_"
						+ (url.contains("postgresql") ? "postgres" : "mysql_innodb") + ".sql"));
		script.setCommentPrefixes("#", "--");
		script.execute(dataSource(url));
	}

	private static DriverManagerDataSource dataSource(String url) {
		return new DriverManagerDataSource(url, url.contains("postgresql") ? "postgres" : "root", "");
	}

	/**
	 * Return the content of a database, without the tables of Flyway and Startgate.
	 */
	private static List<String> content(String url) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource(url));
		String schema = url.contains("postgresql") ? "'public'" : "database()";
		List<String> found = new ArrayList<>(jdbc.queryForList(
				"""
						select lower(concat(table_name, '.', column_name)) from information_schema.columns
						where table_schema = %1$s
						union all select lower(concat(table_name, ' ', constraint_type, ' ', count(*)))
						from information_schema.table_constraints
						where table_schema = %1$s and constraint_name not like '%%_not_null' group by table_name, constraint_type
						"""
					.formatted(schema),
				String.class));
		if (url.contains("postgresql")) {
			found.addAll(jdbc.queryForList("select indexname || ' index' from pg_indexes where schemaname = 'public'"
					+ " and indexname not like 'uk%' union all select relname || ' sequence' from pg_class where relkind = 'S'",
					String.class));
		}
		else {
			found.addAll(jdbc
				.queryForList("select concat(lower(table_name), ' index ', count(*)) from information_schema.statistics"
						+ " where table_schema = database() group by table_name", String.class));
		}
		found.removeIf((line) -> line.startsWith("flyway") || line.startsWith("startgate"));
		for (String counted : List.of("tariff", "qrtz_job_details", "qrtz_triggers")) {
			if (found.stream().anyMatch((line) -> line.startsWith(counted + "."))) {
				String table = url.contains("postgresql") || counted.equals("tariff") ? counted : counted.toUpperCase();
				found.add(counted + ": " + jdbc.queryForObject("select count(*) from " + table, Long.class) + " rows");
			}
		}
		return found.stream().sorted().toList();
	}

	@Override
	public void close() {
		this.replicas.forEach(InitializedReplica::close);
	}

	/**
	 * What happened in some rounds.
	 */
	static final class Result {

		private int rounds;

		private int failedRounds;

		private int failedStarts;

		private int complaints;

		private int wrong;

		private long nanos;

		private final Map<String, Integer> examples = new TreeMap<>();

		private void add(List<Answer> answers, List<String> expected, List<String> content, Duration took) {
			this.rounds++;
			this.nanos += took.toNanos();
			long failed = answers.stream().filter((answer) -> !answer.open()).count();
			this.failedStarts += (int) failed;
			this.complaints += answers.stream().mapToInt(Answer::complaints).sum();
			boolean different = !content.equals(expected);
			this.wrong += different ? 1 : 0;
			this.failedRounds += (failed > 0 || different) ? 1 : 0;
			answers.stream()
				.filter((answer) -> !answer.open() || answer.complaints() > 0)
				.map(Answer::first)
				.map((text) -> text.substring(0, Math.min(text.length(), 230)))
				.forEach((text) -> this.examples.merge(text, 1, Integer::sum));
			if (different) {
				List<String> missing = new ArrayList<>(expected);
				content.forEach(missing::remove);
				List<String> more = new ArrayList<>(content);
				expected.forEach(more::remove);
				this.examples.merge("missing " + missing + ", too much " + more, 1, Integer::sum);
			}
		}

		int failedRounds() {
			return this.failedRounds;
		}

		String row() {
			return "%d of %d | %d | %d | %d | %d ms".formatted(this.failedRounds, this.rounds, this.failedStarts,
					this.wrong, this.complaints, this.nanos / Math.max(1, this.rounds) / 1_000_000);
		}

		Stream<String> examples() {
			return this.examples.entrySet()
				.stream()
				.sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
				.limit(4)
				.map((entry) -> entry.getValue() + " x " + entry.getKey());
		}

	}

	/**
	 * The databases.
	 */
	enum Database {

		POSTGRESQL, MARIADB;

		String create() {
			return switch (this) {
				case POSTGRESQL -> PostgresDatabase.create().url();
				case MARIADB -> MariaDbDatabase.create();
			};
		}

	}

}

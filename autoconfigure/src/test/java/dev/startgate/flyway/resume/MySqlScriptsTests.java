package dev.startgate.flyway.resume;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Whether a statement of MySQL or MariaDB has taken effect, from how its table looks.
 */
class MySqlScriptsTests {

	private static final String BEFORE = """
			CREATE TABLE `t` (
			  `id` int(11) NOT NULL,
			  `a` int(11) DEFAULT NULL,
			  `b` int(11) DEFAULT NULL,
			  PRIMARY KEY (`id`),
			  KEY `ab` (`a`,`b`)
			) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""";

	private final MySqlScripts database = new MySqlScripts(true, true, false, false);

	/**
	 * In the last three cases, somebody has undone an earlier statement or has done
	 * something else.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					alter table t add column c int     | PRIMARY KEY       | `c` int(11),~n~PRIMARY KEY   | DONE
					alter table t modify a bigint      | `a` int(11)       | `a` bigint(20)               | DONE
					alter table t modify A bigint      | `a` int(11)       | `A` bigint(20)               | DONE
					alter table t drop b               | `b` int(11) DEFAULT NULL,~n~ |                   | DONE
					alter table t change a c int       | `a`               | `c`                          | DONE
					alter table t add index (b)        | KEY `ab`          | KEY `b` (`b`),~n~KEY `ab`    | DONE
					create index x on t (b)            | KEY `ab`          | KEY `x` (`b`),~n~KEY `ab`    | DONE
					alter table t drop a, change b a int | `a` int(11) DEFAULT NULL,~n~`b` int(11) DEFAULT NULL | `a` int(11) DEFAULT NULL | DONE
					alter table t drop a, change b a int | xxx             | xxx                          | NOT_DONE
					alter table t drop primary key     | PRIMARY KEY (`id`),~n~ |                         | DONE
					create index x on t (a, b, id)     | KEY `ab` (`a`,`b`) | KEY `x` (`a`,`b`,`id`)      | DONE
					create index x on t (a)            | KEY `ab` (`a`,`b`) | KEY `x` (`a`)               | UNCLEAR
					alter table t modify a int unique  | KEY `ab`          | UNIQUE KEY `a` (`a`),~n~KEY `ab` | DONE
					alter table t comment 'x'          | utf8mb4           | utf8mb4 COMMENT='x'          | DONE
					alter table t remove partitioning  | utf8mb4           | utf8mb4~n~/*!50100 PARTITION BY HASH (`id`)~n~PARTITIONS 2 */ | DONE
					alter table t stats_persistent = 1 | utf8mb4           | utf8mb4 STATS_PERSISTENT=1   | DONE
					alter table t alter a set default 1 | utf8mb4          | utf8mb3                      | UNCLEAR
					alter table t modify b int after id | `a` int(11) DEFAULT NULL,~n~`b` int(11) DEFAULT NULL | `b` int(11) DEFAULT NULL,~n~`a` int(11) DEFAULT NULL | DONE
					alter table t modify b bigint      | `a` int(11) DEFAULT NULL,~n~`b` int(11) DEFAULT NULL | `b` int(11) DEFAULT NULL,~n~`a` int(11) DEFAULT NULL | UNCLEAR
					alter table t add column c int     | xxx               | xxx                          | NOT_DONE
					alter table t add column c int     | `a` int(11) DEFAULT NULL,~n~ |                   | UNCLEAR
					alter table t modify a bigint      | `a` int(11) DEFAULT NULL,~n~ |                   | UNCLEAR
					alter table t add column c int     | PRIMARY KEY       | `d` int(11),~n~PRIMARY KEY   | UNCLEAR
					""")
	void aTableTells(String sql, String from, String to, Kind kind) {
		String now = BEFORE.replace(lines(from), lines(to));
		assertThat(verdict(sql, BEFORE, now)).isEqualTo(kind);
		assertThat(verdict(sql, BEFORE.replace('`', '"'), now.replace('`', '"'))).as("with ANSI_QUOTES")
			.isEqualTo(kind);
	}

	@Test
	void itMayHaveFewerPartitions() {
		String before = BEFORE.replace("utf8mb4", "utf8mb4\n/*!50100 PARTITION BY HASH (`id`)\nPARTITIONS 6 */");
		assertThat(verdict("alter table t coalesce partition 2", before, before.replace("6", "4")))
			.isEqualTo(Kind.DONE);
	}

	/**
	 * Somebody else may have added partitions.
	 */
	@Test
	void aPartitionThatIsEmptiedShowsNothing() {
		String before = BEFORE.replace("utf8mb4", "utf8mb4\n/*!50100 PARTITION BY HASH (`id`)\nPARTITIONS 4 */");
		assertThat(verdict("alter table t truncate partition p0", before, before.replace("4 */", "6 */")))
			.isEqualTo(Kind.UNCLEAR);
	}

	@Test
	void aTextMayBeLong() {
		String before = BEFORE.replace("`b` int(11)", "`b` text CHECK (`b` <> '" + "x".repeat(100_000) + "')");
		assertThat(verdict("alter table t modify a bigint", before, before.replace("`a` int(11)", "`a` bigint(20)")))
			.isEqualTo(Kind.DONE);
	}

	/**
	 * The database chooses a longer type so that each text still fits.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			alter table t convert to character set utf8mb4        | DONE
			alter table t default charset utf8mb4                 | DONE
			alter table t engine = innodb                         | UNCLEAR
			""")
	void aConversionChangesColumnsThatItDoesNotName(String sql, Kind kind) {
		String before = BEFORE.replace("`b` int(11)", "`b` text").replace("utf8mb4", "latin1");
		String now = BEFORE.replace("`b` int(11)", "`b` mediumtext");
		assertThat(verdict(sql, before, now)).isEqualTo(kind);
		assertThat(verdict(sql, before, before.replace("text", "mediumtext"))).as("somebody else")
			.isEqualTo(Kind.UNCLEAR);
	}

	private static String lines(String text) {
		return (text != null) ? text.replace("~n~", "\n  ") : "";
	}

	@Test
	void whatIsThereOrNotTells() {
		assertThat(verdict("create table t (id int)", Target.ABSENT, BEFORE)).isEqualTo(Kind.DONE);
		assertThat(verdict("create table t (id int)", Target.ABSENT, Target.ABSENT)).isEqualTo(Kind.NOT_DONE);
		assertThat(verdict("create table if not exists t (id int)", BEFORE, BEFORE)).isEqualTo(Kind.NOT_DONE);
		assertThat(verdict("create table t (id int)", BEFORE, Target.ABSENT)).isEqualTo(Kind.UNCLEAR);
		assertThat(verdict("drop table t", BEFORE, Target.ABSENT)).isEqualTo(Kind.DONE);
		assertThat(verdict("drop table t", BEFORE, BEFORE)).isEqualTo(Kind.NOT_DONE);
		assertThat(verdict("drop table if exists t", Target.ABSENT, Target.ABSENT)).isEqualTo(Kind.NOTHING);
	}

	/**
	 * MariaDB may have created the table without its rows.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "create table t select * from u", "create table t as values (1), (2)",
			"create table if not exists t as values row(1), row(2)", "create table t (id int) table u" })
	void aTableThatIsCreatedWithRowsTellsNothingOnMariaDb(String sql) {
		assertThat(verdict(sql, Target.ABSENT, BEFORE)).isEqualTo(Kind.UNCLEAR);
		ScriptStatement statement = MySqlStatements.read(sql, false, false);
		assertThat(new MySqlScripts(false, false, false, false)
			.compare(mock(), statement.targets().get(0), Target.ABSENT, BEFORE, statement)
			.kind()).isEqualTo(Kind.DONE);
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"create table t (id int) partition by range (id) (partition p values less than (1), partition q values less than maxvalue)",
			"create table t (id int) partition by list (id) (partition p values in (1))", "create table t like u" })
	void aTableThatIsCreatedWithoutRowsTells(String sql) {
		assertThat(verdict(sql, Target.ABSENT, BEFORE)).isEqualTo(Kind.DONE);
	}

	@Test
	void autocommitIsKnownOnlyFromADumpThatKeepsIt() {
		MySqlScripts inTransaction = new MySqlScripts(false, false, false, true);
		inTransaction.read("set @old_autocommit = @@autocommit, @@autocommit = 0;");
		assertThat(inTransaction.read("set autocommit = @old_autocommit;").role()).isEqualTo(Role.REPLAYED);
		inTransaction.read("set @old_autocommit = 1;");
		assertThat(inTransaction.read("set autocommit = @old_autocommit;").role()).isEqualTo(Role.OPAQUE);
	}

	@ParameterizedTest
	@CsvSource({ "8.0.9, true", "8.0.20, true", "8.0.20-LOG, true", "8.0.21, false", "8.0.36-28, false",
			"8.0.200, false", "8.4.2, false", "9.7.0, false" })
	void anOlderMySqlMayCreateATableWithoutItsRows(String version, boolean expected) {
		assertThat(ScriptDatabases.createsApart(version)).isEqualTo(expected);
	}

	private Kind verdict(String sql, String before, String now) {
		ScriptStatement statement = MySqlStatements.read(sql, false, false);
		return this.database.compare(mock(), statement.targets().get(0), before, now, statement).kind();
	}

}

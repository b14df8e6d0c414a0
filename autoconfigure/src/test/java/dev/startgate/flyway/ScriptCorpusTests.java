package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.StartingReplica;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Scripts of many kinds whose session is ended in the middle: which of them go on, and
 * why the others do not.
 */
class ScriptCorpusTests {

	/** Nothing is done twice if this is not. */
	private static final String COUNTED = "update counter set n = n + 1;\n";

	private static final String HELD = "update hold set n = n + 1;\n";

	private final String url = MariaDbDatabase.create();

	private final JdbcTemplate jdbc = MariaDbDatabase.jdbc(this.url);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void goesOnOrStops(Script script) throws Exception {
		this.jdbc.execute("create table counter (n int)");
		this.jdbc.execute("insert into counter values (0)");
		this.jdbc.execute("create table hold as select 0 as n");
		Files.writeString(this.directory.resolve("V1__x.sql"), COUNTED + script.before + HELD + script.after);
		Throwable failure;
		try (StartingReplica replica = breakInTheMiddle()) {
			failure = catchThrowable(() -> replica.started().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
		}
		if (script.refusal == null) {
			assertThat(failure).isNull();
			assertThat(numbers("counter")).containsExactly(1);
			assertThat(numbers("hold")).containsExactly(1);
			assertThat(this.jdbc
				.queryForList("select kind from startgate_record" + " where kind in ('intent', 'script', 'look')"))
				.isEmpty();
		}
		else {
			assertThat(NestedExceptionUtils.getMostSpecificCause(failure)).isInstanceOfSatisfying(
					InterruptedMigrationException.class,
					(refused) -> assertThat(refused.getPositions().get(0)).contains(script.refusal));
			assertThat(numbers("counter").get(0)).isLessThanOrEqualTo(1);
			assertThat(numbers("hold")).containsExactly(0);
		}
	}

	private List<Integer> numbers(String table) {
		return this.jdbc.queryForList("select n from " + table, Integer.class);
	}

	private StartingReplica breakInTheMiddle() throws Exception {
		try (Connection other = new DriverManagerDataSource(this.url, "root", "").getConnection();
				Statement hold = other.createStatement()) {
			other.setAutoCommit(false);
			hold.execute("select * from hold for update");
			StartingReplica replica = StartingReplica.of(new String[] { "spring.datasource.url=" + this.url,
					"spring.datasource.username=root", "spring.flyway.locations=filesystem:" + this.directory,
					"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0" });
			Awaitility.await().failFast(replica.started()::isDone).until(() -> session() != null);
			this.jdbc.execute("kill connection " + session());
			other.rollback();
			return replica;
		}
	}

	private @Nullable Long session() {
		return this.jdbc
			.queryForList("select id from information_schema.processlist where db = database()"
					+ " and (info like 'update hold%' or info like 'lock tables hold%')", Long.class)
			.stream()
			.findFirst()
			.orElse(null);
	}

	enum Script {

		ONLY_ROWS("insert into counter select n from counter where false;\n", null),

		DELIMITERS("""
				delimiter //
				/* a comment; with */ create procedure p() begin -- a body
				  update counter set n = n + 10; update counter set n = n - 10;
				end//
				delimiter ;
				create view v as select ';' as x;
				create trigger t before insert on counter for each row set new.n = new.n;
				""", null),

		RENAMED_AND_DROPPED("create table a (x int);\ncreate table b (x int, y int);\n"
				+ "rename table a to old, b to a, old to b;\ndrop table a, b;\n", null),

		PARTITIONS("create table a (x int) partition by range (x) (partition p0 values less than (10));\n"
				+ "alter table a add partition (partition p1 values less than (20));\n", null),

		DUMP("""
				/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
				create table a (x int);
				LOCK TABLES `a` WRITE;
				/*!40000 ALTER TABLE `a` DISABLE KEYS */;
				INSERT INTO `a` VALUES (1),(2) on duplicate key update x = 3;
				/*!40000 ALTER TABLE `a` ENABLE KEYS */;
				UNLOCK TABLES;
				alter table a add y int;
				/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
				""", null),

		ROWS_OF_A_QUERY("create table a select n from counter;\n", null),

		MANY(IntStream.range(0, 5000)
			.mapToObj((i) -> "insert into big values (" + i + ");\n")
			.collect(Collectors.joining("", "create table big (x int primary key);\n", "alter table big add y int;\n")),
				null),

		PREPARED("set @sql = 'alter table counter add y int';\nprepare s from @sql;\nexecute s;\n",
				"nothing tells whether statement 4 (execute s) has taken effect"),

		CALLED("create procedure p() update counter set n = n + 10;\ncall p();\n",
				"nothing tells whether statement 3 (call p) has taken effect"),

		VARIABLE_OF_DATA("set @x = (select max(n) from counter);\nalter table counter add y int;\n",
				"statement 2 (set select max) has left something in its session"),

		TEMPORARY("create temporary table x (n int);\nalter table counter add y int;\n",
				"statement 2 (create temporary table) has left something in its session"),

		WITHOUT_TRANSACTIONS("create table a (x int) engine=myisam;\ninsert into a values (1);\n",
				"nothing tells whether statement 3 (insert into a) has taken effect"),

		LAST_ID("alter table counter add y int;\n", "insert into counter (n) values (last_insert_id());\n",
				"statement 4 (insert into counter) needs what an earlier statement has left in its session"),

		LOCKED("lock tables hold write, counter write;\nupdate counter set n = n + 10;\n",
				"nothing tells whether statement 2 (lock tables hold) has taken effect");

		private final String before;

		private final String after;

		private final @Nullable String refusal;

		Script(String before, @Nullable String refusal) {
			this(before, "", refusal);
		}

		Script(String before, String after, @Nullable String refusal) {
			this.before = before;
			this.after = after;
			this.refusal = refusal;
		}

	}

}

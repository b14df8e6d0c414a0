package dev.startgate.flyway;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.startgate.flyway.StatementEffect.CHAIN;
import static dev.startgate.flyway.StatementEffect.COMMIT;
import static dev.startgate.flyway.StatementEffect.RESET;
import static dev.startgate.flyway.StatementEffect.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which SQL ends the transaction that it runs in.
 */
class StatementEffectTests {

	@ParameterizedTest
	@ValueSource(strings = { "COMMIT", "commit;", "Commit work", "END", "end transaction", "COMMIT AND CHAIN",
			"prepare transaction 'x'", "-- once\n/* more */ commit", "insert into t values (1); commit",
			"select $$a$$; commit", "select E'it\\'s'; commit", "select 'it''s'; commit", "select \"a;b\"; commit",
			"rollback; insert into t values (1)" })
	void commits(String sql) {
		assertThat(StatementEffect.of(sql, false)).contains(COMMIT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ROLLBACK", "rollback work", "abort;", "insert into t values (1);\nrollback;\n" })
	void rollsBack(String sql) {
		assertThat(StatementEffect.of(sql, false)).containsExactly(ROLLBACK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "commit and chain", "END WORK AND CHAIN", "rollback and chain",
			"commit; insert into t values (1); commit and chain" })
	void beginsAnotherOne(String sql) {
		assertThat(StatementEffect.of(sql, false)).contains(CHAIN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "commit and no chain", "commit transaction and no chain", "rollback and chain; rollback" })
	void beginsNoOther(String sql) {
		assertThat(StatementEffect.of(sql, false)).doesNotContain(CHAIN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "DISCARD ALL", "select pg_advisory_unlock_all()",
			"select pg_catalog.PG_ADVISORY_UNLOCK_ALL()" })
	void resetsTheSession(String sql) {
		assertThat(StatementEffect.of(sql, false)).containsExactly(RESET);
	}

	@ParameterizedTest
	@MethodSource
	void hasNoEffect(String sql) {
		assertThat(StatementEffect.of(sql, false)).isEmpty();
	}

	static Stream<String> hasNoEffect() {
		return Stream.of("", "insert into t values ('commit; rollback')", "-- commit\nselect 1",
				"/* ; commit; */ select 1", "select 1 as \"commit\"", "create table commit (id int)",
				"select commit from t", "rollback to savepoint s", "ROLLBACK WORK TO s", "savepoint s",
				"release savepoint s", "begin", "start transaction", "prepare p as select 1", "discard temp",
				"do $$ begin perform 1; commit; end $$", "call move()",
				"create function f() returns int language plpgsql as $f$ begin\n commit; return 1; end; $f$",
				"create function f() returns int language sql begin atomic select 1; select case when true then 1 end; end",
				"select E'\\'; commit; \\''", "comment on table t is 'it''s; commit'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into t values ('Don\\'t miss it&nbsp;End of season'), ('x')",
			"insert into t values (\"a\\\"; commit\")", "select 1 as `a; commit`", "select 1 # ; commit",
			"create trigger r before insert on t for each row begin set new.a = 1; end",
			"-- as in the ledger\ncreate trigger r before insert on t for each row begin set new.a = 1; end",
			"/*!50003 create*/ /*!50003 trigger r before insert on t for each row begin set new.a = 1; end */",
			"create procedure p() begin start transaction; insert into t values (1); commit; end" })
	void hasNoEffectOnMySql(String sql) {
		assertThat(StatementEffect.of(sql, true)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "commit", "insert into t values ('a\\'; x'); commit",
			"create table t (a int); insert into t values (1); commit",
			"create procedure p() begin select 1; end; commit" })
	void commitsOnMySql(String sql) {
		assertThat(StatementEffect.of(sql, true)).containsExactly(COMMIT);
	}

	/** Such a statement is watched, because a rollback does not take all of it back. */
	@ParameterizedTest
	@ValueSource(strings = { "insert into t select dblink_exec('x')", "update t set n = HTTP_get /* x */ ('x')",
			"delete from t where n = lo_export -- x\n(1, 'x')", "insert into t select \"dblink\"('x')" })
	void mayHaveAnEffectElsewhere(String sql) {
		assertThat(StatementEffect.hasNone(sql)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into t values ('http://a.b', dblink)",
			"insert into t values ('<!-- x --> http://a.b (dblink)')", "insert into http_log (n) values (lower('x'))" })
	void hasItsEffectInTheTransaction(String sql) {
		assertThat(StatementEffect.hasNone(sql)).isTrue();
	}

	@Test
	void aLongTextIsNoProblem() {
		String values = IntStream.range(0, 200_000)
			.mapToObj((n) -> "(" + n + ", 'it''s', E'\\'', $$;$$)")
			.collect(Collectors.joining(","));
		assertThat(StatementEffect.of("insert into t values " + values + "; commit", false)).containsExactly(COMMIT);
		char[] text = new char[5_000_000];
		Arrays.fill(text, 'x');
		assertThat(StatementEffect.of("select '" + new String(text) + "'", false)).isEmpty();
	}

}

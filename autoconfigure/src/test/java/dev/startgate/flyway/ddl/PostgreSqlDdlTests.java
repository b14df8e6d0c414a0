package dev.startgate.flyway.ddl;

import dev.startgate.flyway.resume.SqlScanner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PostgreSqlDdl}.
 */
class PostgreSqlDdlTests {

	@ParameterizedTest
	@ValueSource(strings = { "alter table a add b int", "/* x */ ALTER TABLE only \"A\" drop column b",
			"drop table if exists a", "create unique index on a (b)", "create or replace view v as select 1",
			"create constraint trigger t after insert on a execute function f()", "truncate a",
			"lock table a in share mode", "create table a (b int references c)",
			"create table a partition of b for values in (1)", "refresh materialized view v", "reindex table a",
			"insert into a values (1); alter table a add b int", "cluster a using b",
			"do $$ begin alter table a add b int; end $$",
			"do $$ begin alter table a add b int; raise exception 'when'; end $$",
			"do $$ begin alter table a add constraint c check (b > 0); exception when duplicate_object then null; end $$",
			"do $x$ begin -- see https://a.b, nothing to commit\n alter table phone_call add rollback_at int; end $x$",
			"do $$ begin if true then execute format('alter table %I add b int', 'program'); end if; end $$ language plpgsql",
			"do $$ declare x int; begin loop exit when x > 1; truncate a; end loop; end $$",
			"-- costs $5 to $9\ndo $$ begin drop table a; end $$", "do $größe$ begin drop table a; end $größe$",
			"do 'begin drop table a; end'", "alter table a add constraint c check (b > 0) not valid" })
	void strong(String sql) {
		assertThat(isStrong(sql)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "create index concurrently on a (b)", "drop index concurrently a",
			"alter table a detach partition b concurrently", "refresh materialized view concurrently v",
			"reindex table concurrently a", "vacuum full a", "update a set b = 'alter table a'",
			"create table a (b int)", "-- alter table a\nselect 1", "alter table a validate constraint c",
			"comment on table a is 'drop table a'", "alter type t add value 'x'",
			"create function f() returns int as $$ drop table a $$ language sql", "lock table a nowait",
			"do $$ begin update a set b = 1; end $$",
			"do $$ begin alter table a add b int; exception when others then null; end $$",
			"do $$ begin alter table a add b int; exception /* x */ -- y\n WHEN lock_not_available then null; end $$",
			"do $$ begin perform try_execute('alter table a add b int'); end $$",
			"do language plpython3u $$ plpy.execute('alter table a add b int') $$",
			"do $$ begin alter table a add b int; call p(); end $$",
			"do $$ begin copy a to program 'x'; alter table a add b int; end $$",
			"do $$ begin perform dblink_exec('c', 'delete from a'); alter table a add b int; end $$",
			"do $$ begin alter table a add b int; commit; end $$", "drop database d", "alter system reset all",
			"create temporary table a (b int)", "select dblink_exec('c', 'delete from a'); alter table a add b int",
			"alter table a add b int; copy a to program 'x'",
			"select 1; do $$ begin perform dblink_exec('c', 'x'); end $$; alter table a add b int" })
	void others(String sql) {
		assertThat(isStrong(sql)).isFalse();
	}

	private static boolean isStrong(String sql) {
		return PostgreSqlDdl.takesStrongLocks(sql, SqlScanner.postgreSql(sql));
	}

}

package dev.startgate.flyway.resume;

import java.util.stream.Collectors;

import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a statement does, as far as its text shows.
 */
class ScriptStatementTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					insert into t values (';', "commit", 'it''s \\' x');         | JOINS      |
					-- commit~n~/* drop table t */ update t set n = n + 1        | JOINS      |
					(select 1) union (select 2)                                  | JOINS      |
					with x as (select 1) select * from x                         | JOINS      |
					select * into outfile 'x' from t                             | OPAQUE     |
					insert into t values ('mysql.x')                             | JOINS      |
					insert into `mysql`.x values (1)                             | OPAQUE     |
					update performance_schema.setup_consumers set enabled = 'NO' | OPAQUE     |
					with x as (select 1) delete from mysql.y                     | OPAQUE     |
					select * from mysql.user                                     | JOINS      |
					select n into @x from t                                      | JOINS      | KEEPS_STATE
					select @x := max(n) from t                                   | JOINS      | KEEPS_STATE
					insert into t values (last_insert_id())                      | JOINS      | READS_NUMBER
					select last_insert_id(5)                                     | JOINS      | READS_STATE
					select last_insert_id(), row_count()                         | JOINS      | READS_STATE READS_NUMBER
					select get_lock('x', 1)                                      | JOINS      | KEEPS_STATE
					set @x = 5, sql_mode = ''                                    | REPLAYED   |
					set @old = @@sql_mode, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'    | REPLAYED   |
					set @x = (select max(n) from t)                              | JOINS      | KEEPS_STATE
					set @x = uuid()                                              | JOINS      | KEEPS_STATE
					set @x = @@identity                                          | JOINS      | KEEPS_STATE READS_STATE
					set @x = @@local.last_insert_id                              | JOINS      | KEEPS_STATE READS_STATE
					set @x = @@timestamp                                         | JOINS      | KEEPS_STATE
					set @x = current_timestamp                                   | JOINS      | KEEPS_STATE
					set @y = 1, @x = utc_date                                    | JOINS      | KEEPS_STATE
					set @x = localtime + 0                                       | JOINS      | KEEPS_STATE
					set @x = current_user                                        | JOINS      | KEEPS_STATE
					set @x = next value for s                                    | JOINS      | KEEPS_STATE
					set @x = previous value for s                                | JOINS      | KEEPS_STATE READS_STATE
					set timestamp = current_timestamp + 0                        | JOINS      | KEEPS_STATE
					set insert_id = 5                                            | JOINS      | KEEPS_STATE
					set @x = -1.5, @y := true, @z = null                         | REPLAYED   |
					set @x = 7 div 2, @y = not 1 is null, @z = binary 'a' | REPLAYED |
					set @x = 7 mod rand                                          | JOINS      | KEEPS_STATE
					set @x = _utf8mb4 'x' collate utf8mb4_bin, @y = date '2020-01-01' | REPLAYED |
					set timestamp = 1234.5, time_zone = system, @@session.sql_notes = off | REPLAYED |
					insert into t values (lastval(s))                            | JOINS      | READS_STATE
					insert into t values (previous value for s)                  | JOINS      | READS_STATE
					update t set n = connection_id()                             | JOINS      | READS_STATE
					set sql_mode = 'ANSI_QUOTES'                                 | OPAQUE     | KEEPS_STATE BLINDS
					set global max_error_count = 5                               | OPAQUE     | KEEPS_STATE
					set global max_connections = 5                               | OPAQUE     |
					set @@global.event_scheduler = on, global sql_mode = ''      | OPAQUE     |
					set global sql_mode = '', sql_mode = ''                      | OPAQUE     | KEEPS_STATE
					set @old = @@event_scheduler                                 | JOINS      | KEEPS_STATE
					set @old = @@sql_mode                                        | REPLAYED   |
					set global a = @x, global b = concat('c', 'd')               | OPAQUE     | KEEPS_STATE
					set global a = 1, session foreign_key_checks = 0             | OPAQUE     | KEEPS_STATE
					set statement max_statement_time = 1 for insert into t (a, b) values (1, 2) | OPAQUE |
					set time_zone = @@global.time_zone                           | JOINS      | KEEPS_STATE
					set @old = @@global.max_connections                          | JOINS      | KEEPS_STATE
					set binlog_format = statement                                | REPLAYED   |
					set autocommit = 1                                           | OPAQUE     | KEEPS_STATE BLINDS
					set @@local.autocommit = 0                                   | OPAQUE     | KEEPS_STATE BLINDS
					set `autocommit` = 0                                         | OPAQUE     | KEEPS_STATE BLINDS
					set @@session.completion_type = 1                            | OPAQUE     | KEEPS_STATE BLINDS
					set names utf8mb4                                            | REPLAYED   |
					/*!40101 SET NAMES utf8 */;                                  | REPLAYED   |
					use other                                                    | REPLAYED   |
					commit;                                                      | COMMITS    |
					commit and chain                                             | OPAQUE     | KEEPS_STATE BLINDS
					begin                                                        | BEGINS     |
					begin not atomic commit; end                                 | OPAQUE     | KEEPS_STATE BLINDS
					start transaction                                            | BEGINS     |
					start transaction read only                                  | OPAQUE     | KEEPS_STATE BLINDS
					rollback                                                     | ROLLS_BACK |
					rollback to x                                                | JOINS      |
					insert into t values (1); commit                             | OPAQUE     | KEEPS_STATE BLINDS
					create table t (id int, `commit` int)                        | ALONE      |
					create temporary table t (id int)                            | JOINS      | KEEPS_STATE
					create or replace temporary sequence if not exists s         | JOINS      | KEEPS_STATE
					create or replace table t (id int)                           | OPAQUE     |
					create definer=`a`@`b` trigger x before insert on t for each row begin set @y = 1; end | ALONE |
					create or replace view v as select 1                         | AGAIN      |
					create unique index i on t (n)                               | ALONE      |
					create database if not exists x                              | AGAIN      |
					create user x identified by 'y'                              | OPAQUE     |
					alter table t add n int                                      | ALONE      |
					alter table t exchange partition p with table u              | OPAQUE     |
					alter table t import tablespace                              | OPAQUE     |
					alter table t discard partition p tablespace                 | OPAQUE     |
					alter table t add exchange varchar(20)                       | ALONE      |
					drop table if exists t, u                                    | ALONE      |
					drop temporary table t                                       | JOINS      |
					rename table t to u                                          | ALONE      |
					rename table t to u, v to t                                  | ALONE      | MAY_SWAP
					rename table t to u, v to app.t                              | OPAQUE     |
					rename table t to u, v to T                                  | OPAQUE     |
					rename table app.t to u, v to t, u to v                      | OPAQUE     |
					rename table t to app.t, u to app.u                          | ALONE      |
					alter table t change a b int, change b a int                 | ALONE      | MAY_SWAP
					alter table t change a b int, add c int                      | ALONE      |
					alter table t change a a bigint, change column b b bigint    | ALONE      |
					alter table t rename column a to b, rename column c to d     | ALONE      |
					alter table t rename column a to b, rename column b to a     | ALONE      | MAY_SWAP
					alter table t drop column b, change column a b int, add column a int after b | ALONE | MAY_SWAP
					alter table t drop if exists b, rename column a to b, add (a int, c int) | ALONE | MAY_SWAP
					alter table t change a b int, add column if not exists c int after b, drop column d | ALONE |
					alter table t drop column a, add column a int                | ALONE      |
					alter table t rename column a to b, drop index b, add index b (b) | ALONE |
					alter table t rename index a to b, drop index b, add index a (b) | ALONE | MAY_SWAP
					alter table t rename index a to b, drop index b, add index (a) | ALONE | MAY_SWAP
					alter table t drop column a, change column b a int           | ALONE      |
					alter table t drop column if exists a, change column if exists b a int | ALONE | MAY_SWAP
					alter table t drop index i, rename index i_new to i          | ALONE      |
					alter table t drop index i, rename index j to i, add unique (j) | ALONE   | MAY_SWAP
					alter table t alter c drop default, rename column a to b, rename column b to a | ALONE | MAY_SWAP
					alter table t change a b int, drop primary key, add primary key (b) | ALONE |
					set statement max_statement_time = 60 for create temporary table t as select 1 | OPAQUE | KEEPS_STATE
					create event e on schedule every 1 day ends now() + interval 1 hour do delete from t | OPAQUE |
					create table promo (starts datetime, ends datetime, at int)  | ALONE      |
					create procedure p() begin select 1; end                     | ALONE      |
					create procedure p() x: begin select 1; end x                | ALONE      |
					create procedure p() begin select 1; end; call p()           | OPAQUE     | KEEPS_STATE BLINDS
					create procedure p() begin select 1; end; create procedure q() begin select 1; end | OPAQUE | KEEPS_STATE BLINDS
					create trigger x before insert on t for each row begin if (new.a > 1) then set new.a = if(new.b, 1, 2); end if; end | ALONE |
					create trigger x before insert on t for each row if new.a then set new.a = 1; end if | ALONE |
					create procedure p() begin insert into a values (case x when 1 then 2 end); select last_insert_id() into @x; end | ALONE |
					create function f() returns int begin repeat set x = repeat('a', 2); until x end repeat; while x do set x = 1; end while; return 1; end | ALONE |
					create procedure p() begin update b set end = now(), x = b.end where id = 1; delete from x; end | ALONE |
					create trigger x before insert on t for each row while new.a do set new.a = 0; set new.b = 1; end while | ALONE |
					create view v as select if(a, b, c), case when a then 1 end from t; drop table x | OPAQUE | KEEPS_STATE BLINDS
					create table t (begin date); drop table x                    | OPAQUE     | KEEPS_STATE BLINDS
					create procedure p() begin case x when 1 then select 1; else begin select 2; end; end case; repeat set x = 1; until x end repeat; select 1; end | ALONE |
					create procedure p() begin repeat set x = 1; until x end repeat; end; drop table x | OPAQUE | KEEPS_STATE BLINDS
					create procedure if not exists p() begin if a then select 1; end if; end; insert into t values (1) | OPAQUE | KEEPS_STATE BLINDS
					create table event (begin datetime, x int); insert into t values (1) | OPAQUE | KEEPS_STATE BLINDS
					create procedure p() begin for i in 1 .. 3 do select 1; end for; select 2; end | ALONE |
					create table schedule (x int, at datetime)                   | ALONE      |
					set sql_mode = (select replace(@@sql_mode, 'A', ''))         | REPLAYED   |
					set sql_mode = (select x from t)                             | JOINS      | KEEPS_STATE
					set sql_mode = (select replace(@@event_scheduler, 'A', ''))  | JOINS      | KEEPS_STATE
					alter view v as select x at time zone 'UTC' from t           | AGAIN      |
					/*! */                                                       | OPAQUE     |
					/*!999999\\- enable the sandbox mode */ set names utf8mb4   | REPLAYED   |
					/*M!999999\\- enable the sandbox mode */ drop table t       | ALONE      |
					/*M!100100 drop table t */                                   | ALONE      |
					create event e on schedule every 1 day do delete from t      | ALONE      |
					create event e on schedule at now() do delete from t         | OPAQUE     |
					create or replace event e on schedule at now() do delete from t | OPAQUE  |
					alter event e on schedule at now()                           | OPAQUE     |
					get diagnostics @n = row_count                               | OPAQUE     | KEEPS_STATE
					rename user x to y                                           | OPAQUE     |
					truncate table t                                             | AGAIN      |
					optimize table t                                             | AGAIN      |
					checksum table t                                             | JOINS      |
					cache index t in hot                                         | OPAQUE     |
					lock tables t write                                          | OPAQUE     | BLINDS
					unlock tables                                                | OPAQUE     | SEES_AGAIN
					flush tables with read lock                                  | OPAQUE     | BLINDS
					call p()                                                     | OPAQUE     |
					call p(@x)                                                   | OPAQUE     | KEEPS_STATE
					load data infile 'x' into table t                            | OPAQUE     |
					load data infile 'x' into table t (@n, b)                    | OPAQUE     | KEEPS_STATE
					prepare s from 'drop table t'                                | JOINS      | KEEPS_STATE
					execute s                                                    | OPAQUE     | KEEPS_STATE
					grant select on t to x                                       | AGAIN      |
					revoke select on t from x                                    | OPAQUE     |
					xa start 'x'                                                 | OPAQUE     | BLINDS
					something new                                                | OPAQUE     |
					""")
	void mySql(String sql, String role, String traits) {
		assertThat(describe(MySqlStatements.read(sql.replace("~n~", "\n"), false, false)))
			.isEqualTo(expected(role, traits));
	}

	/**
	 * Within Flyway's transaction autocommit is off anyway.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			set autocommit = 0                                         | REPLAYED |
			set @old_autocommit=@@autocommit, @@autocommit=0;          | REPLAYED |
			set autocommit=@old_autocommit;                            | REPLAYED |
			set @@session.autocommit = off, time_zone = '+00:00'       | REPLAYED |
			set autocommit = 0, @id = (select max(id) from t)          | JOINS    | KEEPS_STATE
			set @id = (select max(id) from t), autocommit = 0          | JOINS    | KEEPS_STATE
			set autocommit = 1                                         | OPAQUE   | KEEPS_STATE BLINDS
			set autocommit = @mine                                     | OPAQUE   | KEEPS_STATE BLINDS
			set autocommit = 0 + 1                                     | OPAQUE   | KEEPS_STATE BLINDS
			""")
	void thereIsNoAutocommitInATransaction(String sql, String role, String traits) {
		assertThat(describe(MySqlStatements.read(sql, false, true)))
			.isEqualTo(role + " [" + ((traits != null) ? traits.replace(" ", ", ") : "") + "]");
	}

	/**
	 * Flyway passes the statement with its delimiter, which the script may have changed.
	 */
	@ParameterizedTest
	@CsvSource(delimiterString = "->", textBlock = """
			drop table a;                                 -> ALONE table 'a'
			drop table a$                                 -> ALONE table 'a'
			drop table a$$                                -> ALONE table 'a'
			drop table a//                                -> ALONE table 'a'
			drop table a;;                                -> ALONE table 'a'
			drop table a;$$                               -> ALONE table 'a'
			drop table a@@                                -> ALONE table 'a'
			drop table a\\\\                              -> ALONE table 'a'
			drop table `a$`$$                             -> ALONE table 'a$'
			drop table a -- why$$                         -> ALONE table 'a'
			drop table a /* why */$$                      -> ALONE table 'a'
			drop table a /* why *///                      -> ALONE table 'a'
			create table a (x int)||                      -> ALONE table 'a'
			create procedure p() begin select 1; end;//   -> ALONE procedure 'p'
			/*!40101 SET NAMES utf8 */;                   -> REPLAYED
			begin//                                       -> BEGINS
			rollback$$                                    -> ROLLS_BACK
			set @x = "$"$$                                -> REPLAYED
			/*!80013 drop table a */;                     -> JOINS
			/*!50700 call p(); */$$                       -> JOINS
			/*!99999 drop table a */;                     -> JOINS
			/*!50699 drop table a */;                     -> ALONE table 'a'
			/*!100100 drop table a */;                    -> ALONE table 'a'
			/*M!80013 drop table a */;                    -> ALONE table 'a'
			insert into t values (1); commit$$            -> OPAQUE
			drop table a$$$                               -> OPAQUE
			drop table a$;                                -> OPAQUE
			drop table aGO                                -> OPAQUE
			drop table a__                                -> OPAQUE
			create table a (x int)                        -> OPAQUE
			""")
	void mySqlWithADelimiter(String sql, String expected) {
		ScriptStatement statement = new MySqlScripts(true, true, false, false).read(sql);
		String targets = statement.targets().stream().map((one) -> " " + one.key()).collect(Collectors.joining());
		assertThat(statement.role() + targets).isEqualTo(expected);
		assertThat(statement.has(Trait.BLINDS)).isEqualTo(statement.role() == Role.OPAQUE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					insert into t values (E'\\'; commit');                        | JOINS      |
					create function f() returns int language sql begin atomic select 1; end | JOINS |
					do $$ begin commit; end $$                                   | OPAQUE     |
					call p()                                                     | OPAQUE     |
					copy t from stdin                                            | JOINS      | HAS_ROWS
					copy t from '/x'                                             | JOINS      |
					copy t to program 'mail'                                     | OPAQUE     |
					copy (select dblink_exec('x', 'y')) to '/x'                  | OPAQUE     |
					create table t as select * from dblink('x', 'y') as z (n int) | OPAQUE    |
					create materialized view v as select * from http_get('x')    | OPAQUE     |
					create view v as select * from http_get('x')                 | JOINS      |
					alter table t alter n type int using dblink_exec('x', 'y')   | OPAQUE     |
					set search_path = pg_temp, public                            | REPLAYED   | KEEPS_STATE
					set session search_path to public, pg_temp                   | REPLAYED   |
					select http_patch('x', 'y', 'z')                              | OPAQUE     |
					select dblink_exec('dbname=x', 'insert into t values (1)')   | OPAQUE     |
					insert into t select * from dblink('x', 'y') as z (n int)    | OPAQUE     |
					set seed = 0.5                                               | JOINS      | KEEPS_STATE
					alter role app set search_path = x                           | JOINS      | KEEPS_STATE
					alter role app password 'x'                                  | JOINS      |
					alter database app set search_path = x                       | OPAQUE     | KEEPS_STATE
					alter table t alter column role set default 1                | JOINS      |
					create unlogged table t (id int)                             | JOINS      | KEEPS_STATE
					select * into unlogged t from u                              | JOINS      | KEEPS_STATE
					alter table t set unlogged                                   | JOINS      | KEEPS_STATE
					do $$ begin execute('set search_path = app'); end $$         | JOINS      | KEEPS_STATE
					do $$ begin execute(sql); end $$                             | JOINS      | KEEPS_STATE
					do $$ begin execute ( 'create table x ()' ); end $$          | JOINS      |
					do $$ begin update t set n = 1; end $$                       | JOINS      |
					do $$ begin execute 'create table x ()'; end $$              | JOINS      |
					do $$ begin set search_path = app; end $$                    | JOINS      | KEEPS_STATE
					do $$ begin execute format('set role %I', 'x'); end $$       | OPAQUE     | KEEPS_STATE CHANGES_USER
					do $$ begin execute~n~ 'create table x ()'; execute  format('alter table %I add y int', 'x'); end $$ | JOINS  |
					do $$ begin update "User" set n = 1; end $$                  | JOINS      |
					do $$ begin create trigger t before insert on x for each row execute function f(); end $$ | JOINS  |
					do $$ begin grant execute on function f() to x; end $$       | JOINS      |
					do $$ begin -- the path~n~ set search_path = app; end $$     | JOINS      | KEEPS_STATE
					do $$ begin execute $q$set search_path = app$q$; end $$      | JOINS      | KEEPS_STATE
					do $$ begin execute sql; end $$                              | JOINS      | KEEPS_STATE
					do $$ begin execute $q$create table x ()$q$; end $$          | JOINS      |
					do $$ begin execute format($f$alter table %I add y int$f$, 'x'); end $$ | JOINS |
					do $$ begin perform dblink_exec('x', 'y'); end $$            | OPAQUE     |
					do $$ begin copy t to program 'x'; end $$                    | OPAQUE     |
					do language plperl $$ spi_commit(); $$                       | OPAQUE     |
					do $$ begin set local role x; create table y (); end $$      | OPAQUE     | KEEPS_STATE ENDS_WITH_TRANSACTION CHANGES_USER
					do $$ begin -- as the owner~n~ set role x; end $$            | OPAQUE     | KEEPS_STATE CHANGES_USER
					select set_config('role', 'x', false)                        | OPAQUE     | KEEPS_STATE CHANGES_USER
					select set_config('search_path', 'x', false)                 | JOINS      | KEEPS_STATE
					analyze t                                                    | AGAIN      |
					do $$ begin update u set role = 'x', committed_at = now(); end $$ | JOINS |
					do $$ begin insert into role values (1); end $$              | JOINS      |
					do $$ begin perform set_config('a.b', 'c', false); end $$    | JOINS      | KEEPS_STATE
					do 'begin create temp table x (); end'                       | JOINS      | KEEPS_STATE
					select setseed(0.5)                                          | JOINS      | KEEPS_STATE
					create index on t (n)                                        | JOINS      |
					create index concurrently if not exists i on only s.t (n)    | ALONE      |
					create index concurrently on t (n)                           | OPAQUE     |
					create index concurrently GRÖSSE on t (n)                    | OPAQUE     |
					create index concurrently Größe on t (n)                     | ALONE      |
					drop index concurrently app.GRÖSSE                           | OPAQUE     |
					drop index concurrently i                                    | ALONE      |
					drop index concurrently i, j                                 | OPAQUE     |
					reindex (verbose) table concurrently t                       | AGAIN      |
					reindex database concurrently x                              | OPAQUE     |
					vacuum full t                                                | AGAIN      |
					alter type mood add value 'x'                                | JOINS      |
					alter table t detach partition p concurrently                | OPAQUE     |
					alter system set x = 1                                       | OPAQUE     |
					create database x                                            | OPAQUE     |
					create temp table t (id int)                                 | OPAQUE     | KEEPS_STATE
					select n into temporary table x from t                       | JOINS      | KEEPS_STATE
					insert into temp select n from t                             | JOINS      |
					insert into pg_temp.x values (1)                             | JOINS      | KEEPS_STATE
					set search_path = app                                        | REPLAYED   |
					set role app                                                 | REPLAYED   | CHANGES_USER
					set default_transaction_read_only = on                       | OPAQUE     | KEEPS_STATE BLINDS
					select pg_advisory_lock(1)                                   | JOINS      | KEEPS_STATE
					select currval('s')                                          | JOINS      | READS_STATE
					begin                                                        | BEGINS     |
					/* a /* b */ c */ end;                                       | COMMITS    |
					commit and chain                                             | COMMITS    | KEEPS_STATE BLINDS
					commit and no chain                                          | COMMITS    |
					prepare transaction 'x'                                      | COMMITS    | KEEPS_STATE BLINDS
					commit prepared 'x'                                          | COMMITS    | KEEPS_STATE BLINDS
					prepare s as select 1                                        | OPAQUE     | KEEPS_STATE
					rollback to s                                                | JOINS      | TAKES_BACK
					set constraints all deferred                                 | REPLAYED   | ENDS_WITH_TRANSACTION
					set local role app                                           | REPLAYED   | ENDS_WITH_TRANSACTION CHANGES_USER
					set transaction read only                                    | OPAQUE     | KEEPS_STATE BLINDS ENDS_WITH_TRANSACTION
					reset all                                                    | OPAQUE     | KEEPS_STATE BLINDS
					something new                                                | OPAQUE     |
					""")
	void postgreSql(String sql, String role, String traits) {
		assertThat(describe(PostgreSqlStatements.read(sql.replace("~n~", "\n")))).isEqualTo(expected(role, traits));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					create table if not exists `s`.`t` (id int)    | table 's.t' APPEARS
					drop table t, u                                | table 't' DISAPPEARS, table 'u' DISAPPEARS
					rename table a to old, b to a                  | table 'old' APPEARS, table 'b' DISAPPEARS, table 'a' CHANGES
					alter table t rename column a to b             | table 't' CHANGES
					alter table t add a int, rename to u           | table 't' DISAPPEARS, table 'u' APPEARS
					drop index i on s.t                            | table 's.t' CHANGES
					create trigger x after insert on t for each row set @a = 1 | trigger 'x' APPEARS
					""")
	void targets(String sql, String targets) {
		assertThat(MySqlStatements.read(sql, false, false).targets())
			.extracting((one) -> one.key() + " " + one.effect())
			.containsExactly(targets.split(", "));
	}

	@Test
	void aLongInsertIsNoProblem() {
		String sql = "insert into t values " + "(1, 'a set of things', \"it's\"),".repeat(60_000) + "(2, 'x', 'y')";
		assertThat(MySqlStatements.read(sql, false, false).role()).isEqualTo(Role.JOINS);
		assertThat(PostgreSqlStatements.read(sql).role()).isEqualTo(Role.JOINS);
	}

	@Test
	void mySqlExecutesWhatIsACommentForMariaDb() {
		assertThat(new MySqlScripts(false, false, false, false).read("/*!80013 drop table a */;").role())
			.isEqualTo(Role.ALONE);
	}

	private static String describe(ScriptStatement statement) {
		return statement.role() + " " + statement.traits();
	}

	private static String expected(String role, String traits) {
		return role + " [" + ((traits != null) ? traits.replace(" ", ", ") : "") + "]";
	}

	/**
	 * Flyway gives callbacks a statement with its delimiter.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			insert into t values (1)               | true
			insert into t values (1);              | true
			UPDATE t set n = n + 1;                | true
			insert into t values (1); commit       | false
			insert into t values (1); commit;      | false
			insertion();                           | false
			""")
	void whatObviouslyChangesRowsIsNotReadToItsEnd(String sql, boolean expected) {
		assertThat(SqlScanner.changesRows(sql)).isEqualTo(expected);
	}

}

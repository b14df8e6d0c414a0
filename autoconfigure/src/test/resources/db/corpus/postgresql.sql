-- script: only rows
update counter set n = n + 1;
insert into counter select n from counter where false;
update hold set n = n + 1;

-- script: bodies and comments
update counter set n = n + 1;
/* a comment; /* nested */ with */ create function f() returns int language plpgsql as $body$ begin -- a body
  update counter set n = n + 10; update counter set n = n - 10; return 1;
end $body$;
create view v as select ';' as x, E'\'; --' as y; -- and one more; comment
create function t() returns trigger language plpgsql as 'begin return new; end';
create trigger t before insert on counter for each row execute function t();
update hold set n = n + 1;

-- script: renamed and dropped
update counter set n = n + 1;
create table a (x int);
create table b (x int, y int);
alter table a rename to old;
alter table b rename to a;
drop table a, old;
update hold set n = n + 1;

-- script: dropped from a table in use, in doubt
-- finds: select count(*) from pg_class where relname in ('a', 'occupied') -> 0
update counter set n = n + 1;
create table a (x int);
drop table a, occupied;
update hold set n = n + 1;

-- script: partitions
update counter set n = n + 1;
create table a (x int) partition by range (x);
create table a_0 partition of a for values from (0) to (10);
create table a_1 (x int);
insert into a values (1);
alter table a attach partition a_1 for values from (10) to (20);
update hold set n = n + 1;

-- script: a partition detached concurrently, which is not understood but over
-- finds: select count(*) from pg_inherits -> 0
update counter set n = n + 1;
create table a (x int) partition by range (x);
create table a_0 partition of a for values from (0) to (10);
alter table a detach partition a_0 concurrently;
update hold set n = n + 1;

-- script: indexes
update counter set n = n + 1;
create table a (x int, y int);
create unique index concurrently i on a (x);
create index concurrently on a (y);
reindex table concurrently a;
drop index concurrently i;
update hold set n = n + 1;

-- script: indexes that replace others
-- finds: select count(*) from pg_index where indrelid = 'a'::regclass and indisvalid -> 2
update counter set n = n + 1;
create table a (x int not null, y int);
drop index concurrently if exists i;
create index concurrently i on a (y);
create index concurrently n on a (y);
drop index concurrently i;
alter index n rename to i;
create unique index concurrently k on a (x);
alter table a add constraint p primary key using index k;
update hold set n = n + 1;

-- script: a limit that is no transaction's
update counter set n = n + 1;
set local lock_timeout = '50s';
create table a (x int);
set timezone = 'Asia/Tokyo';
create index concurrently i on a (x);
update hold set n = n + 1;

-- script: an unlogged table
-- stops: statement 2 (create unlogged table) has left something in its session that can't be made again
update counter set n = n + 1;
create unlogged table a (x int);
update hold set n = n + 1;

-- script: an index of a table in use, in doubt
-- finds: select count(*) from pg_index where indrelid = 'occupied'::regclass and indisvalid -> 1
update counter set n = n + 1;
create index concurrently i on occupied (n);
update hold set n = n + 1;

-- script: an index dropped from a table in use, in doubt
-- finds: select count(*) from pg_index where indrelid = 'counter'::regclass -> 0
update counter set n = n + 1;
create index i on counter (n);
begin;
drop index i;
commit;
update hold set n = n + 1;

-- script: rows that are there
-- finds: select string_agg(x || ':' || y, ',' order by x) from a -> 1:7,2:1
update counter set n = n + 1;
create table a (x int primary key, y int not null);
insert into a values (1, 1), (2, 1) on conflict (x) do update set y = a.y + 1;
insert into a values (1, 1) on conflict (x) do update set y = a.y + 6;
with moved as (delete from a where x = 2 returning x) insert into a select x + 100, 1 from moved;
update a set x = 2 where x = 102;
merge into a using (values (1)) as given (x) on a.x = given.x when not matched then insert values (9, 9);
update hold set n = n + 1;

-- script: a transaction around the break
-- finds: select n from a -> 14
update counter set n = n + 1;
create table a as select 1 as n;
begin;
update a set n = n + 3;
savepoint s;
update a set n = n + 100;
rollback to s;
update hold set n = n + 1;
update a set n = n + 10;
commit;

-- script: constraints that are checked at the end of a transaction
-- finds: select count(*) from a -> 1
create table a (x int primary key deferrable);
begin;
set constraints all deferred;
update counter set n = n + 1;
insert into a values (1), (2);
update a set x = 3 - x;
delete from a where x = 2;
commit;
update hold set n = n + 1;

-- script: a transaction that only reads, whose end can't be noted
-- stops: nothing tells whether statement 2 (set transaction read) has taken effect
begin;
set transaction read only;
commit;
update counter set n = n + 1;
update hold set n = n + 1;

-- script: the same in a transaction of Flyway
-- only in a transaction
-- stops: nothing tells whether statement 3 (set transaction read) has taken effect
create table a (x int);
commit;
set transaction read only;
commit;
update counter set n = n + 1;
commit;
update hold set n = n + 1;

-- script: a transaction of Flyway that only reads
-- only in a transaction
-- stops: nothing tells whether statement 2 (commit) has taken effect
set transaction read only;
commit;
update counter set n = n + 1;
commit;
update hold set n = n + 1;

-- script: a transaction that begins with the end of another
-- stops: nothing tells whether statement 3 (commit and chain) has taken effect
begin;
update counter set n = n + 1;
commit and chain;
update hold set n = n + 1;
commit;

-- script: the same in the transaction of Flyway
-- only in a transaction
-- stops: nothing tells whether statement 4 (commit and chain) has taken effect
create table a (x int);
commit;
update counter set n = n + 1;
commit and chain;
update hold set n = n + 1;

-- script: the first transaction of Flyway is another one at once
-- only in a transaction
-- stops: nothing tells whether statement 2 (commit and chain) has taken effect
update counter set n = n + 1;
commit and chain;
update hold set n = n + 1;

-- script: a setting of a transaction of Flyway that is over
-- only in a transaction
-- finds: select count(*) from public.a -> 1
update counter set n = n + 1;
create schema other;
create table a (n int);
create table other.a (n int);
set local search_path = other;
commit;
update public.hold set n = n + 1;
insert into a values (1);

-- script: a setting that was rolled back
-- stops: statement 3 (rollback) may have undone a 'set' before it
begin;
set search_path = pg_catalog;
rollback;
update counter set n = n + 1;
update hold set n = n + 1;

-- script: a setting that was rolled back in the transaction of Flyway
-- only in a transaction
-- stops: statement 3 (rollback) may have undone a 'set' before it
set search_path = pg_catalog;
update public.counter set n = n + 100;
rollback;
update counter set n = n + 1;
commit;
update hold set n = n + 1;

-- script: a setting that a rollback would take back now
-- only in a transaction
-- stops: statement 5 (rollback) would undo settings that are restored
set search_path = public, pg_temp;
update counter set n = n + 1;
commit;
update hold set n = n + 1;
rollback;
update hold set n = n + 1;

-- script: names that are hard to read
update counter set n = n + 1;
create table "a;b--c" ("x y" int, "select" int);
alter table "a;b--c" add column "FROM" int;
comment on table "a;b--c" is 'a ''quoted'' one; --';
create index concurrently "I x" on "a;b--c" ("x y");
insert into "a;b--c" values (1, 2, 3);
update hold set n = n + 1;

-- script: an index with a blank in its name built again, in doubt
-- finds: select string_agg(relname, ',') from pg_index join pg_class c on c.oid = indexrelid where indrelid = 'hold'::regclass and indisvalid -> I x
-- finds: select count(*) from pg_index where indrelid = 'hold'::regclass -> 1
update counter set n = n + 1;
create index "I x" on hold (n);
reindex table concurrently hold;
update hold set n = n + 1;

-- script: settings
-- finds: select count(*) from other.a -> 1
update counter set n = n + 1;
create schema other;
set search_path = other, public;
create table a (n int);
set statement_timeout = '10min';
update public.hold set n = n + 1;
insert into a select 1 where current_setting('statement_timeout') = '10min';

-- script: another role, which has no right to the notes, for a while
-- finds: select relowner::regrole from pg_class where relname = 'a' -> pg_monitor
update counter set n = n + 1;
create schema app authorization pg_monitor;
set role pg_monitor;
create table app.a (n int);
reset role;
update hold set n = n + 1;

-- script: an index in a schema to which another role has no right
-- finds: select count(*) from pg_indexes where schemaname = 's' -> 2
create schema s;
create table s.t (n int);
create index concurrently i on s.t (n);
create index concurrently "I 2" on s.t (n);
reindex index concurrently s."I 2";
reindex table concurrently s.t;
grant all on counter to pg_monitor;
set role pg_monitor;
update counter set n = n + 1;
reset role;
update hold set n = n + 1;

-- script: an index with a long name
-- finds: select count(*) from pg_index where indisvalid and indrelid = 'occupied'::regclass -> 1
update counter set n = n + 1;
create index concurrently if not exists an_index_with_a_name_that_is_longer_than_the_server_keeps_of_any_name on occupied (n);
update hold set n = n + 1;

-- script: a role that a procedure has set
-- stops: nothing tells whether statement 7 (update hold set) has taken effect
update counter set n = n + 1;
grant all on counter to pg_monitor;
grant all on hold to pg_monitor;
create procedure become() language plpgsql as $$ begin perform set_config('role', 'pg_monitor', false); end $$;
call become();
update counter set n = n + 10 - 10;
update hold set n = n + 1;

-- script: another role, which may have no right to the notes
-- stops: nothing tells whether statement 4 (update hold set) has taken effect
update counter set n = n + 1;
grant all on hold to pg_monitor;
set role pg_monitor;
update hold set n = n + 1;

-- script: a role of a transaction, which has no right to the notes
-- finds: select relowner::regrole from pg_class where relname = 'a' -> pg_monitor
update counter set n = n + 1;
create schema app authorization pg_monitor;
begin;
set local role pg_monitor;
create table app.a (n int);
commit;
update hold set n = n + 1;

-- script: a role without a right to the notes, in a transaction of Flyway
-- only in a transaction
-- finds: select relowner::regrole from pg_class where relname = 'a' -> pg_monitor
update counter set n = n + 1;
create schema app authorization pg_monitor;
commit;
set local role pg_monitor;
create table app.a (n int);
commit;
update hold set n = n + 1;

-- script: a role without a right to the notes, and an index in doubt
-- finds: select count(*) from app.a -> 2
update counter set n = n + 1;
create schema app authorization pg_monitor;
grant all on hold to pg_monitor;
create function app.waits() returns int language plpgsql as 'begin perform n from public.hold for update; return 1; end';
create function app.one(n int) returns int immutable language plpgsql as 'begin return n * app.waits(); end';
set role pg_monitor;
create table app.a (n int);
insert into app.a values (1);
create index concurrently hold_i on app.a (app.one(n));
insert into app.a values (2);
update public.hold set n = n + 1;

-- script: a type gets a value that is used
update counter set n = n + 1;
create type mood as enum ('calm');
alter type mood add value 'storm';
create table a (m mood default 'storm');
insert into a default values;
update hold set n = n + 1;

-- script: cleaned up
update counter set n = n + 1;
vacuum counter;
analyze counter;
checkpoint;
create index i on counter (n);
cluster counter using i;
update hold set n = n + 1;

-- script: a block, which is not understood but over
update counter set n = n + 1;
do $$ begin update counter set n = n + 10; update counter set n = n - 10; end $$;
update hold set n = n + 1;

-- script: a block, in doubt
update counter set n = n + 1;
do $$ begin update hold set n = n + 1; end $$;

-- script: a block that commits, in doubt
-- stops: nothing tells whether statement 2 (do) has taken effect
update counter set n = n + 1;
do $$ begin create table a (n int); commit; update hold set n = n + 1; end $$;

-- script: a level of isolation
-- finds: select x from a -> serializable
set lock_timeout = '60s';
begin;
set transaction isolation level serializable;
create table a as select current_setting('transaction_isolation') as x;
update counter set n = n + 1;
commit;
update hold set n = n + 1;

-- script: indexes that replace others in one transaction
create table a (x int, y int);
create index i on a (x);
create index j on a (y);
create index concurrently i_new on a (x);
create index concurrently j_new on a (y);
begin;
drop index i;
alter index i_new rename to i;
drop index j;
alter index j_new rename to j;
commit;
update counter set n = n + 1;
update hold set n = n + 1;

-- script: an index that goes with its table
create table a (x int);
create index concurrently i on a (x);
create table b (x int);
create index concurrently j on b (x);
do $$ begin execute 'drop table a'; end $$;
drop table b;
update counter set n = n + 1;
update hold set n = n + 1;

-- script: a procedure that commits, in doubt
-- stops: nothing tells whether statement 3 (call p) has taken effect
update counter set n = n + 1;
create procedure p() language plpgsql as $$ begin create table a (n int); commit; update hold set n = n + 1; end $$;
call /* hold */ p();

-- script: a block that sets something
-- stops: statement 2 (do) has left something in its session that can't be made again
update counter set n = n + 1;
do $$ begin execute 'set search_path = public'; end $$;
update hold set n = n + 1;

-- script: a temporary table
-- stops: statement 2 (create temp table) has left something in its session
update counter set n = n + 1;
create temp table x (n int);
update hold set n = n + 1;

-- script: a temporary table with the rows of a query
-- stops: statement 3 (select n into) has left something in its session
update counter set n = n + 1;
create table x (n int);
select n into temp x from counter;
update hold set n = n + 1;
insert into x values (1);

-- script: a temporary table by its schema
-- stops: statement 2 (create table pg_temp) has left something in its session
update counter set n = n + 1;
create table pg_temp.x (n int);
update hold set n = n + 1;

-- script: prepared
-- stops: statement 2 (prepare s as) has left something in its session
update counter set n = n + 1;
prepare s as update counter set n = n + 10;
update hold set n = n + 1;

-- script: a lock by its number
-- stops: statement 2 (select pg_advisory_lock 42) has left something in its session
update counter set n = n + 1;
select pg_advisory_lock(42);
update hold set n = n + 1;

-- script: a setting by a function
-- stops: statement 2 (select set_config false) has left something in its session
update counter set n = n + 1;
select set_config('corpus.x', '1', false);
update hold set n = n + 1;

-- script: the last number
-- stops: statement 4 (insert into counter) may need what an earlier statement has left in its session
update counter set n = n + 1;
create sequence s;
update hold set n = n + 1;
insert into counter values (currval('s'));

-- script: it listens
-- stops: statement 2 (listen news) has left something in its session
update counter set n = n + 1;
listen news;
update hold set n = n + 1;

-- script: a cursor that stays
-- stops: statement 2 (declare c cursor) has left something in its session
update counter set n = n + 1;
declare c cursor with hold for select 1;
update hold set n = n + 1;

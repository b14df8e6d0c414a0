-- script: only rows
update counter set n = n + 1;
insert into counter select n from counter where false;
update hold set n = n + 1;

-- script: delimiters, bodies and comments
update counter set n = n + 1;
delimiter //
/* a comment; with */ create procedure p() begin -- a body
  update counter set n = n + 10; update counter set n = n - 10;
end//
delimiter ;
create view v as select ';' as x; # and one more; comment
create trigger t before insert on counter for each row set new.n = new.n;
update hold set n = n + 1;

-- script: another delimiter
-- finds: select group_concat(table_name) from information_schema.tables where table_schema = database() and table_name in ('a', 'b') -> b
create table a (x int);
delimiter $$
create table b (x int)$$
alter table b add y int$$
start transaction$$
update counter set n = n + 10$$
rollback$$
update counter set n = n + 1$$
drop table a$$
update hold set n = n + 1$$

-- script: another delimiter, in doubt
-- finds: select group_concat(table_name) from information_schema.tables where table_schema = database() and table_name in ('a', 'occupied') -> a
delimiter //
update counter set n = n + 1//
rename table occupied to a//
begin//
update hold set n = n + 1//
commit//

-- script: a delimiter that may belong to a name
-- stops: nothing tells whether statement 3 (drop table aGO) has taken effect
create table a (x int);
update counter set n = n + 1;
delimiter GO
drop table a
GO
update hold set n = n + 1
GO

-- script: a transaction that ends with the begin of another
-- finds: select n from a -> 0
create table a (n int);
insert into a values (0);
start transaction;
update counter set n = n + 1;
start transaction;
update a set n = n + 10;
insert into a select n from hold for update;
rollback;
update hold set n = n + 1;

-- script: renamed and dropped
-- finds: select group_concat(table_name) from information_schema.tables where table_schema = database() and table_name in ('a', 'b', 'old') -> null
update counter set n = n + 1;
create table a (x int);
create table b (x int, y int);
rename table a to old, b to a, old to b;
drop table a, b;
update hold set n = n + 1;

-- script: several renamed, in doubt
-- finds: select group_concat(table_name order by 1) from information_schema.tables where table_schema = database() and table_name in ('a', 'b', 'c', 'occupied') -> b,c
update counter set n = n + 1;
create table a (x int);
rename table a to b, occupied to c;
update hold set n = n + 1;

-- script: exchanged
-- finds: select count(*) from a -> 1
update counter set n = n + 1;
create table a (x int);
create table b like a;
insert into b values (1);
rename table a to c, b to a, c to b;
update hold set n = n + 1;

-- script: exchanged, in doubt
-- stops: nothing tells whether statement 3 (rename table occupied) has taken effect
update counter set n = n + 1;
create table a like occupied;
rename table occupied to c, a to occupied, c to a;
update hold set n = n + 1;

-- script: replaced, in doubt
-- finds: select group_concat(table_name order by 1) from information_schema.tables where table_schema = database() and table_name in ('a', 'c', 'occupied') -> c,occupied
update counter set n = n + 1;
create table a (x int);
rename table occupied to c, a to occupied;
update hold set n = n + 1;

-- script: several dropped, in doubt
-- finds: select group_concat(table_name) from information_schema.tables where table_schema = database() and table_name in ('a', 'occupied') -> null
update counter set n = n + 1;
create table a (x int);
drop table a, occupied;
update hold set n = n + 1;

-- script: partitions
update counter set n = n + 1;
create table a (x int) partition by range (x) (partition p0 values less than (10));
alter table a add partition (partition p1 values less than (20));
insert into a values (1), (11);
alter table a reorganize partition p1 into (partition p1 values less than (15), partition p2 values less than (20));
alter table a truncate partition p1;
update hold set n = n + 1;

-- script: into partitions, in doubt
-- finds: select count(*) from information_schema.partitions where table_schema = database() and table_name = 'occupied' -> 2
update counter set n = n + 1;
alter table occupied partition by key (n) partitions 2;
update hold set n = n + 1;

-- script: an event
-- finds: select group_concat(event_name, ':', status) from information_schema.events where event_schema = database() -> e:DISABLED
update counter set n = n + 1;
create event e on schedule every 1 day disable do update counter set n = n + 10;
update hold set n = n + 1;

-- script: an event that runs once
-- stops in a transaction: nothing tells whether statement 2 (create event e) has taken effect
update counter set n = n + 1;
create event e on schedule at current_timestamp + interval 1 hour do update counter set n = n + 10;
update hold set n = n + 1;

-- script: an event that is altered
-- stops: event 'e' does not look as it did then
update counter set n = n + 1;
create event e on schedule every 1 day disable do update counter set n = n + 10;
alter event e comment 'nightly';
update hold set n = n + 1;

-- script: a dump
update counter set n = n + 1;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
create table a (x int);
LOCK TABLES `a` WRITE;
/*!40000 ALTER TABLE `a` DISABLE KEYS */;
INSERT INTO `a` VALUES (1),(2) on duplicate key update x = 3;
/*!40000 ALTER TABLE `a` ENABLE KEYS */;
UNLOCK TABLES;
alter table a add y int;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
update hold set n = n + 1;

-- script: rows of a query
update counter set n = n + 1;
create table a select n from counter;
update hold set n = n + 1;

-- script: rows of a query, in doubt
-- finds: select count(*) from a -> 1
update counter set n = n + 1;
create table a select n from hold;
update hold set n = n + 1;

-- script: rows that are there
-- finds: select group_concat(x, ':', y order by x) from a -> 1:6,2:1
update counter set n = n + 1;
create table a (x int primary key, y int not null);
insert into a values (1, 1), (2, 1) on duplicate key update y = y + 1;
insert into a values (1, 1) on duplicate key update y = y + 5;
replace into a values (2, 1);
update hold set n = n + 1;

-- script: a transaction around the break
-- finds: select n from a -> 14
update counter set n = n + 1;
create table a select 1 as n;
start transaction;
update a set n = n + 3;
savepoint s;
update a set n = n + 100;
rollback to s;
update hold set n = n + 1;
update a set n = n + 10;
commit;

-- script: a transaction that a change of the schema commits
create table a (x int);
start transaction;
alter table a add y int;
update counter set n = n + 1;
update hold set n = n + 1;
commit;

-- script: a transaction that an emptied table commits
create table a (x int);
start transaction;
update counter set n = n + 1;
truncate table a;
update counter set n = n + 10;
update hold set n = n + 1;
commit;
update counter set n = n - 10;

-- script: names that are hard to read
update counter set n = n + 1;
create table `a;b--c` (`x y` int, `select` int);
alter table `a;b--c` add column `from` int comment 'a ''quoted'' \'one\'; --';
create table äöü (x int);
insert into `a;b--c` values (1, 2, 3);
update hold set n = n + 1;

-- script: settings
update counter set n = n + 1;
set foreign_key_checks = 0, @factor = 10;
create table a (x int, constraint fk foreign key (x) references later (x));
create table later (x int primary key);
set foreign_key_checks = 1;
update hold set n = n + 1;
alter table later add y int;
update hold set n = n + @factor - 10;

-- script: added to a table in use, in doubt
-- finds: select count(*) from information_schema.columns where table_schema = database() and table_name = 'occupied' -> 2
update counter set n = n + 1;
alter table occupied add column added int not null default 3;
update hold set n = n + 1;

-- script: an index of a table in use, in doubt
update counter set n = n + 1;
create unique index i on occupied (n);
update hold set n = n + 1;

-- script: a trigger on a table in use, in doubt
update counter set n = n + 1;
create trigger t before insert on occupied for each row set new.n = 1;
update hold set n = n + 1;

-- script: emptied, in doubt
-- finds: select count(*) from occupied -> 0
update counter set n = n + 1;
truncate table occupied;
update hold set n = n + 1;

-- script: rows of two tables, in doubt
update counter set n = n + 1;
alter table counter add y int;
update hold, counter set hold.n = hold.n + 1, counter.y = 7;

-- script: prepared
-- stops in a transaction: nothing tells whether statement 4 (execute s) has taken effect
-- stops outside a transaction: statement 3 (prepare s from) has left something in its session
update counter set n = n + 1;
set @sql = 'alter table counter add y int';
prepare s from @sql;
execute s;
update hold set n = n + 1;

-- script: called
-- stops: nothing tells whether statement 3 (call p) has taken effect
update counter set n = n + 1;
create procedure p() update hold set n = n + 1;
call p();

-- script: called before
-- stops in a transaction: nothing tells whether statement 3 (call p) has taken effect
update counter set n = n + 1;
create procedure p() update counter set n = n + 10 - 10;
call p();
update hold set n = n + 1;

-- script: a variable that comes from data
-- stops: statement 2 (set select max) has left something in its session
update counter set n = n + 1;
set @x = (select max(n) from counter);
alter table counter add y int;
update hold set n = n + 1;

-- script: a variable that a diagnosis has set
-- stops: statement 3 (get diagnostics row_count) has left something in its session that can't be made again
set @n = 0;
update counter set n = n + 1;
get diagnostics @n = row_count;
alter table counter add y int;
update hold set n = n + @n;

-- script: one that is there and one that is not, in doubt
-- finds: select count(*) from information_schema.tables where table_schema = database() and table_name = 'occupied' -> 0
update counter set n = n + 1;
drop table if exists missing, occupied;
update hold set n = n + 1;

-- script: a setting of the server
-- stops: statement 2 (set global max_error_count) has left something in its session that can't be made again
update counter set n = n + 1;
set global max_error_count = 64;
create table a (x int);
update hold set n = n + 1;

-- script: settings of the server that change nothing in a session
-- finds: select x from z -> 4
set @old = @@div_precision_increment;
update counter set n = n + 1;
set global innodb_io_capacity = 200, global div_precision_increment = 5;
create table a (x int);
update hold set n = n + 1;
create table z as select @old as x;
set global div_precision_increment = 4;

-- script: a setting that comes from one of all sessions
-- stops: statement 2 (set foreign_key_checks) has left something in its session that can't be made again
set foreign_key_checks = 0;
set foreign_key_checks = @@global.foreign_key_checks;
update counter set n = n + 1;
alter table counter add y int;
update hold set n = n + 1;

-- script: a variable that a query has set
-- stops: statement 2 (select n from) has left something in its session
update counter set n = n + 1;
select n from counter into @x;
alter table counter add y int;
update hold set n = n + 1;

-- script: a variable that comes from a number that was given
-- stops: statement 3 (set) has left something in its session
create table a (x int auto_increment primary key);
insert into a values (null), (null);
set @id = @@identity;
update counter set n = n + @id;
alter table a add y int;
update hold set n = n + @id;

-- script: a variable that comes from the time
-- stops: statement 1 (set current_timestamp) has left something in its session
set @now = current_timestamp;
create table a (x datetime);
update counter set n = n + 1;
insert into a values (@now);
update hold set n = n + 1;

-- script: a temporary table
-- stops: statement 2 (create temporary table) has left something in its session
update counter set n = n + 1;
create temporary table x (n int);
alter table counter add y int;
update hold set n = n + 1;

-- script: a lock by its name
-- stops: statement 2 (select get_lock 0) has left something in its session
update counter set n = n + 1;
select get_lock('corpus', 0);
alter table counter add y int;
update hold set n = n + 1;

-- script: an engine without transactions
-- stops in a transaction: nothing tells whether statement 3 (insert into a) has taken effect
-- finds: select count(*) from a -> 1
update counter set n = n + 1;
create table a (x int) engine=myisam;
insert into a values (1);
update hold set n = n + 1;

-- script: an engine without transactions in the schema of the server
-- stops in a transaction: nothing tells whether statement 4 (insert into mysql) has taken effect
-- finds: select count(*) from mysql.corpus_row -> 1
update counter set n = n + 1;
drop table if exists mysql.corpus_row;
create table mysql.corpus_row (x int) engine=myisam;
insert into mysql.corpus_row values (1);
update hold set n = n + 1;

-- script: on MariaDB a versioned table of an engine without transactions
-- stops in a transaction: nothing tells whether statement 3 (insert into a) has taken effect
-- finds: select count(*) from a -> 1
update counter set n = n + 1;
create table a (x int) engine=aria with system versioning;
insert into a values (1);
update hold set n = n + 1;

-- script: a trigger that writes into an engine without transactions
-- stops: nothing tells whether statement 4 (update hold set) has taken effect
update counter set n = n + 1;
create table a (x int) engine=myisam;
create trigger t after update on counter for each row insert into a values (1);
update hold set n = n + 1;

-- script: a procedure that writes into an engine without transactions, and answers of one row
-- stops: nothing tells whether statement 6 (update hold set) has taken effect
update counter set n = n + 1;
create table a (x int) engine=myisam;
create trigger t before update on counter for each row set new.n = new.n;
set sql_select_limit = 1;
create procedure p() insert into a values (1);
update hold set n = n + 1;

-- script: an engine without transactions in another schema
-- stops in a transaction: nothing tells whether statement 5 (insert into corpus_kept) has taken effect
update counter set n = n + 1;
create database if not exists corpus_kept;
drop table if exists corpus_kept.a;
create table corpus_kept.a (x int) engine=myisam;
insert into corpus_kept.a values (1);
update hold set n = n + 1;

-- script: a trigger that writes into an engine without transactions in another schema
-- stops: nothing tells whether statement 6 (update hold set) has taken effect
update counter set n = n + 1;
create database if not exists corpus_hidden;
drop table if exists corpus_hidden.a;
create table corpus_hidden.a (x int) engine=myisam;
create trigger t after update on counter for each row insert into corpus_hidden.a values (1);
update hold set n = n + 1;

-- script: on MariaDB a trigger of another schema that writes into an engine without transactions
-- stops in a transaction: nothing tells whether statement 9 (insert into corpus_other) has taken effect
-- finds: select count(*) from corpus_log.a -> 1
update counter set n = n + 1;
create database if not exists corpus_other;
drop table if exists corpus_other.t;
create table corpus_other.t (x int);
create database if not exists corpus_log;
drop table if exists corpus_log.a;
create table corpus_log.a (x int) engine=myisam;
create trigger corpus_other.t after insert on corpus_other.t for each row insert into corpus_log.a values (1);
insert into corpus_other.t values (1);
update hold set n = n + 1;

-- script: the last number
-- stops: statement 6 (insert into a) may need what an earlier statement has left in its session
create table a (id int auto_increment primary key);
insert into a values (null);
update counter set n = n + 1;
alter table counter add y int;
update hold set n = n + 1;
insert into a values (last_insert_id() + 10);

-- script: locked
-- stops: nothing tells whether statement 2 (lock tables hold) has taken effect
update counter set n = n + 1;
lock tables hold write, counter write;
update counter set n = n + 10 - 10;
update hold set n = n + 1;

-- script: another syntax
-- stops: (set sql_mode) has taken effect
update counter set n = n + 1;
set sql_mode = 'ANSI_QUOTES';
alter table "counter" add y int;
update hold set n = n + 1;

-- script: a number that was given after a change of the schema
-- finds: select x from b -> 1
update counter set n = n + 1;
create table a (id int auto_increment primary key, x int);
create table b (x int);
update hold set n = n + 1;
insert into a (x) values (7);
set @id = last_insert_id();
insert into b values (@id);

-- script: a procedure with variables of its own
update counter set n = n + 1;
create procedure p() select last_insert_id() into @x;
create table a (x int);
update hold set n = n + 1;

-- script: a view in the place of a table
update counter set n = n + 1;
create table a (x int);
rename table a to b;
create view a as select * from b;
drop view if exists v;
create view v as select 1 as x;
drop view v;
create table v (x int);
update hold set n = n + 1;

-- script: a foreign key to a table that is renamed
update counter set n = n + 1;
create table a (id int primary key);
create table b (x int, foreign key (x) references a (id));
create trigger t before insert on a for each row set new.id = new.id;
alter table b rename to c;
alter table a rename to d;
alter table c add y int;
create index i on c (x, y);
update hold set n = n + 1;

-- script: a definition in another language
-- finds: select count(*) from information_schema.columns where table_schema = database() and column_comment = 'имя \\' -> 1
set sql_mode = '';
update counter set n = n + 1;
create table a (x int);
alter table a modify x bigint comment 'имя \\';
alter table a add `ключ` int;
update hold set n = n + 1;

-- script: a dump that keeps autocommit
-- stops outside a transaction: statement 3 (SET 0) has left something in its session
-- finds: select count(*) from a -> 2
update counter set n = n + 1;
create table a (x int);
SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, @@AUTOCOMMIT=0;
LOCK TABLES `a` WRITE;
INSERT INTO `a` VALUES (1),(2);
UNLOCK TABLES;
COMMIT;
SET AUTOCOMMIT=@OLD_AUTOCOMMIT;
update hold set n = n + 1;

-- script: committed while tables are locked
-- finds: select group_concat(x order by y) from a -> Don't miss it&nbsp;End of season,x
update counter set n = n + 1;
create table a (x varchar(100), y int);
lock tables a write;
insert into a values ('Don\'t miss it&nbsp;End of season', 1);
commit;
insert into a values ('x', 2);
/*!40000 ALTER TABLE `a` ENABLE KEYS */;
unlock tables;
alter table a add z int;
update hold set n = n + 1;

-- script: a procedure changes what the script has changed
-- finds: select group_concat(column_name order by ordinal_position) from information_schema.columns where table_schema = database() and table_name = 'a' -> x,y,z
update counter set n = n + 1;
create table a (x int);
alter table a add y int;
create procedure p() alter table a add z int;
call p();
drop procedure P;
update hold set n = n + 1;

-- script: a trigger with a body on a table in use, in doubt
update counter set n = n + 1;
delimiter //
create trigger t before insert on occupied for each row begin set new.n = new.n + 1; end//
delimiter ;
update hold set n = n + 1;

-- script: a procedure that leaves its transaction open
-- stops: nothing tells whether statement 3 (call p) has taken effect
create table a (x int);
delimiter //
create procedure p() begin
start transaction; update counter set n = n + 1; end//
delimiter ;
call p();
update hold set n = n + 1;
commit;

-- script: a procedure that leaves its transaction to the script
-- finds: select group_concat(column_name order by ordinal_position) from information_schema.columns where table_schema = database() and table_name = 'a' -> x,y
create table a (x int);
create procedure p() update counter set n = n + 10 - 10;
delimiter //
create procedure q() begin
start transaction; update counter set n = n + 1; end//
delimiter ;
call q();
call p();
commit;
call q();
call p();
rollback;
alter table a add y int;
update hold set n = n + 1;

-- script: a procedure that commits what another one has begun
-- stops in a transaction: nothing tells whether statement 4 (call q) has taken effect
delimiter //
create procedure p() begin
start transaction; update counter set n = n + 1; end//
create procedure q() commit//
delimiter ;
call p();
call q();
update hold set n = n + 1;

-- script: on MariaDB a comment that another server executes
-- stops in a transaction: nothing tells whether statement 4 (call p) has taken effect
update counter set n = n + 1;
create procedure p() update counter set n = n + 10 - 10;
/*!80013 alter table counter add index i ((n + 1)) */;
call p();
update hold set n = n + 1;

-- script: triggers and views beside an engine without transactions
update counter set n = n + 1;
create table hold_log (x int) engine=myisam;
create table b (x int);
create trigger t after update on counter for each row insert into b values (1);
create view v as select x as old_hold_log from b;
update hold set n = n + 1;

-- script: a trigger that another one leads to an engine without transactions
-- stops: nothing tells whether statement 6 (update hold set) has taken effect
update counter set n = n + 1;
create table a (x int) engine=myisam;
create table b (x int);
create trigger t after update on counter for each row insert into b values (1);
create trigger u after insert on b for each row insert into `a` values (1);
update hold set n = n + 1;

-- script: a schema that leads to an engine without transactions in yet another one
-- stops: nothing tells whether statement 12 (update hold set) has taken effect
update counter set n = n + 1;
create database if not exists corpus_first;
create database if not exists corpus_second;
create database if not exists corpus_third;
drop table if exists corpus_first.a, corpus_second.a, corpus_third.a;
create table corpus_first.a (x int);
create table corpus_second.a (x int);
create table corpus_third.a (x int) engine=myisam;
create trigger corpus_first.t after insert on corpus_first.a for each row insert into corpus_second.a values (1);
create trigger corpus_second.t after insert on corpus_second.a for each row insert into corpus_third.a values (1);
create trigger t after update on counter for each row insert into corpus_first.a values (1);
update hold set n = n + 1;

-- script: the last number of the same session
-- finds: select group_concat(x) from b -> 11
create table a (id int auto_increment primary key) auto_increment = 10;
create table b (x int);
insert into a values (null);
update counter set n = n + 1;
alter table counter add y int;
update hold set n = n + 1;
insert into a values (null);
insert into b values (last_insert_id());

set /*migration V6*/ @step = 3;
create /*migration V6*/ table ledger (id int primary key, n int not null, zone varchar(20));
insert /*migration V6*/ into ledger
	with recursive seq (i) as (select 1 union all select i + 1 from seq where i < 500) select i, 0, null from seq;
-- counters: each statement twice, or not at all, is seen in the rows
update /*migration V6*/ ledger set n = n + 1;
insert /*migration V6*/ into ledger select id + 500, n, zone from ledger;
insert /*migration V6*/ into ledger select id + 1000, n, zone from ledger;
insert /*migration V6*/ into ledger select id + 2000, n, zone from ledger;
alter /*migration V6*/ table ledger add column m int not null default 5, algorithm = copy;
update /*migration V6*/ ledger set n = n + @step;
set /*migration V6*/ time_zone = '+03:00';
alter /*migration V6*/ table parcel add column weight int not null default 1;
update /*migration V6*/ parcel set weight = weight + 1 where sleep(0.003 + 0 * id) = 0;
create /*migration V6*/ index ledger_n on ledger (n);
start /*migration V6*/ transaction;
update /*migration V6*/ ledger set n = n * 2;
update /*migration V6*/ parcel set weight = weight + @step;
commit /*migration V6*/;
alter /*migration V6*/ table ledger rename column m to factor;
update /*migration V6*/ ledger set n = n + factor;
drop /*migration V6*/ index ledger_n on ledger;
rename /*migration V6*/ table ledger to journal;
update /*migration V6*/ journal set zone = @@session.time_zone where id <= 100 and sleep(0.001 + 0 * id) = 0;
alter /*migration V6*/ table journal add unique key (id), algorithm = copy;
update /*migration V6*/ journal set n = n + 1;
delete /*migration V6*/ from journal where id > 3990;
insert /*migration V6*/ into ${audit}.step (version, what) values ('6', 'done');

-- without names, so that doing it twice would not fail
alter /*migration V2*/ table depot add check (capacity > 0);
select /*migration V2*/ pg_sleep(0.3);
insert /*migration V2*/ into depot select n, 10 from generate_series(0, 2) n;
create /*migration V2*/ index on parcel (depot);
select /*migration V2*/ pg_sleep(0.3);
insert /*migration V2*/ into ${audit}.step (version, what) values ('2', 'done');

create table step_10 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 10' from parcel;
select pg_sleep(0.1);

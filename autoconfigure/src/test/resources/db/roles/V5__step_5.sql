create table step_5 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 5' from parcel;
select pg_sleep(0.1);

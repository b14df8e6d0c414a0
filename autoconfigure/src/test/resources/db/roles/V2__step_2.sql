create table step_2 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 2' from parcel;
select pg_sleep(0.1);

create table step_8 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 8' from parcel;
select pg_sleep(0.1);

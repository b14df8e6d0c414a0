create table step_6 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 6' from parcel;
select pg_sleep(0.1);

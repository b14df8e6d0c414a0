create table step_4 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 4' from parcel;
select pg_sleep(0.1);

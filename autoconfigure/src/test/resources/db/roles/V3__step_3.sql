create table step_3 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 3' from parcel;
select pg_sleep(0.1);

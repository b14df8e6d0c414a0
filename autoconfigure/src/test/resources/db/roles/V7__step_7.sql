create table step_7 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 7' from parcel;
select pg_sleep(0.1);

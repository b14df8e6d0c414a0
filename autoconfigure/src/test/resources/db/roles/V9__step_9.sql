create table step_9 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 9' from parcel;
select pg_sleep(0.1);

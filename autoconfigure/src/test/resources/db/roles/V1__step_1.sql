create table parcel (id bigint primary key, address varchar(100) not null);
create table step_1 (id bigint primary key);
insert into parcel (id, address) select count(*) + 1, 'step 1' from parcel;
select pg_sleep(0.1);

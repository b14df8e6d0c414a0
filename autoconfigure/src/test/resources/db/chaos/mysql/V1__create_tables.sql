insert /*migration V1*/ into ${audit}.step (version, what) values ('1', 'begun');
create /*migration V1*/ table depot (id int primary key, capacity int not null);
do /*migration V1*/ sleep(0.2);
create /*migration V1*/ table parcel (id int not null, depot int not null);
insert /*migration V1*/ into parcel with recursive seq (i) as (select 1 union all select i + 1 from seq where i < 20) select i, i % 3 from seq;
insert /*migration V1*/ into ${audit}.step (version, what) values ('1', 'done');

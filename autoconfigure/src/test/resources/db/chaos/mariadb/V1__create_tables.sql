insert /*migration V1*/ into ${audit}.step (version, what) values ('1', 'begun');
create /*migration V1*/ table depot (id int primary key, capacity int not null);
do /*migration V1*/ sleep(0.2);
create /*migration V1*/ table parcel (id int not null, depot int not null);
insert /*migration V1*/ into parcel select seq, seq % 3 from seq_1_to_20;
insert /*migration V1*/ into ${audit}.step (version, what) values ('1', 'done');

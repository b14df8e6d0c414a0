create table parcel (id bigint primary key, weight int not null);
insert into parcel values (1, 5);

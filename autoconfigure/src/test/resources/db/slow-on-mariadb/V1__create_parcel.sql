create table parcel (id bigint primary key, address varchar(100) not null);

create table parcel (id int primary key, size int not null);

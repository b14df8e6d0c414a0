create table if not exists parcel (id int primary key, size int not null);
create table if not exists point (id int primary key, name varchar(100) not null);
create table if not exists delivery (id int primary key, parcel int references parcel (id), point int references point (id));

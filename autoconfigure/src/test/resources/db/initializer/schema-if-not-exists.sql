create table if not exists crate (id int primary key, size int not null);
create table if not exists depot (id int primary key, name varchar(100) not null);
create table if not exists delivery (id int primary key, crate int references crate (id), depot int references depot (id));

create table t2 (id bigint primary key, name varchar(100));

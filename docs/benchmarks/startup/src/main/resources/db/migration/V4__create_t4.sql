create table t4 (id bigint primary key, name varchar(100));

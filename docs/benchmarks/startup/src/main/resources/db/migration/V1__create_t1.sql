create table t1 (id bigint primary key, name varchar(100));

create table t3 (id bigint primary key, name varchar(100));

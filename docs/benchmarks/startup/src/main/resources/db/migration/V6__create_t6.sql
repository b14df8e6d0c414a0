create table t6 (id bigint primary key, name varchar(100));

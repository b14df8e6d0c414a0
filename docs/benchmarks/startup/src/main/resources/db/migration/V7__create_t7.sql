create table t7 (id bigint primary key, name varchar(100));

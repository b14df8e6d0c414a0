create table t5 (id bigint primary key, name varchar(100));

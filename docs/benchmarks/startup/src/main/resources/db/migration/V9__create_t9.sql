create table t9 (id bigint primary key, name varchar(100));

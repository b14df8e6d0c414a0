create table t8 (id bigint primary key, name varchar(100));

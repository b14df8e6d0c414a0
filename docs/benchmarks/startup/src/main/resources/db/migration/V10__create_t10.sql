create table t10 (id bigint primary key, name varchar(100));

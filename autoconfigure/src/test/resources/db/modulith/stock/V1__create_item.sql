create table stock_item (id bigint primary key);

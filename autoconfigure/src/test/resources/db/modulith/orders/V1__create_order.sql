create table orders_order (id bigint primary key);

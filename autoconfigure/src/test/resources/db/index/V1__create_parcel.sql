create table parcel (id bigint primary key, due timestamp);

insert into parcel select n, now() from generate_series(1, 20000) n;

create /*migration V1*/ table depot (id int primary key, capacity int not null);
select /*migration V1*/ pg_sleep(0.2);
create /*migration V1*/ table parcel (id int not null, depot int not null);
insert /*migration V1*/ into parcel select n, n % 3 from generate_series(1, 20) n;
create /*migration V1*/ function slowly(n int) returns int immutable language plpgsql
	as $$ begin perform pg_sleep(0.04); return n; end $$;
insert /*migration V1*/ into ${audit}.step (version, what) values ('1', 'done');

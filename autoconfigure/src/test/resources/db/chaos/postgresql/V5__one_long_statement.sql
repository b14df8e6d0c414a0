insert /*migration V5*/ into parcel select 100 + n, 1 from generate_series(1, 24) n where pg_sleep(0.05) is not null;
insert /*migration V5*/ into ${audit}.step (version, what) values ('5', 'done');

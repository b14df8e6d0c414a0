insert /*migration V5*/ into parcel select 100 + id, 1 from parcel where sleep(0.05 + 0 * id) = 0;
insert /*migration V5*/ into ${audit}.step (version, what) values ('5', 'done');

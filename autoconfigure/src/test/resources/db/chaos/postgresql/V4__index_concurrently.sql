insert /*migration V4*/ into ${audit}.step (version, what) values ('4', 'begun');
create /*migration V4*/ index concurrently parcel_slowly on parcel (slowly(id));
insert /*migration V4*/ into ${audit}.step (version, what) values ('4', 'done');

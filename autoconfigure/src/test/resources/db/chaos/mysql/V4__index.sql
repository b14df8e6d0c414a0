insert /*migration V4*/ into ${audit}.step (version, what) values ('4', 'begun');
-- without names, so that doing it twice would not fail
alter /*migration V4*/ table parcel add index (depot);
insert /*migration V4*/ into ${audit}.step (version, what) values ('4', 'depot');
do /*migration V4*/ sleep(0.4);
alter /*migration V4*/ table parcel add index (id);
do /*migration V4*/ sleep(0.3);
insert /*migration V4*/ into ${audit}.step (version, what) values ('4', 'done');

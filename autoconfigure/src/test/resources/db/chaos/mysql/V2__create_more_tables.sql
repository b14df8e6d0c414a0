insert /*migration V2*/ into ${audit}.step (version, what) values ('2', 'begun');
create /*migration V2*/ table route (id int primary key);
insert /*migration V2*/ into ${audit}.step (version, what) values ('2', 'route');
do /*migration V2*/ sleep(0.3);
create /*migration V2*/ table vehicle (id int primary key);
do /*migration V2*/ sleep(0.3);
insert /*migration V2*/ into ${audit}.step (version, what) values ('2', 'done');

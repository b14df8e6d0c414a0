alter table parcel add column depot char(3);

update parcel set depot = postcode.depot from postcode where postcode.code = parcel.postcode;

-- 500 parcels take no time. The pause stands for the backfill of a table of real size, for which the other
-- replicas have to wait.
select pg_sleep(3);

alter table parcel alter column depot set not null;
alter table parcel add constraint parcel_depot_fk foreign key (depot) references depot;
create index parcel_depot on parcel (depot);

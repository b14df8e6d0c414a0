-- "not valid" checks new rows only, so the strong lock is held for a moment. V6 checks the rows that are there.
alter table parcel add constraint parcel_depot_known check (depot is not null) not valid;
alter table parcel add constraint parcel_depot_fk foreign key (depot) references depot not valid;

-- Reads the whole table, and lets others read and write it meanwhile.
alter table parcel validate constraint parcel_depot_known;
alter table parcel validate constraint parcel_depot_fk;

alter table parcel add column weight int;

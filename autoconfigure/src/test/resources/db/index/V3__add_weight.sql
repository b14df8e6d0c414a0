alter table parcel add weight int;

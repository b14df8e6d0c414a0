insert into parcel values (0, null);

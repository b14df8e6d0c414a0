create index concurrently parcel_address on parcel (address);

create index concurrently parcel_due on parcel (due);

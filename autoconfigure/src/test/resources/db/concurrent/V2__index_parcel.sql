create index concurrently parcel_weight on parcel (weight);

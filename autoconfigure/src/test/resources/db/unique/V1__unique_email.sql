create unique index parcel_email on parcel (email);

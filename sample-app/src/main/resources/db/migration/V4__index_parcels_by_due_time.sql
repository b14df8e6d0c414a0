create index parcel_due on parcel (due_at) where status = 'ACCEPTED';

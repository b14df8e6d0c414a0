create index concurrently parcel_due on parcel (due_at) where status = 'ACCEPTED';

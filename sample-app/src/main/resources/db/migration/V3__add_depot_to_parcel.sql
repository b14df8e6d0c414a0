-- Nullable: replicas of the previous version still insert parcels without a depot.
alter table parcel add column depot char(3);

select nextval('run');
create table parcel_event (id bigint primary key, parcel bigint not null);
select pg_sleep(1.5);
create index parcel_event_parcel on parcel_event (parcel);

create table extra (id bigint);

alter table parcels add column weight int;

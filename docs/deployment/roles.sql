-- The users of the manifests, for PostgreSQL. Run it once as a superuser, in the database of the application and before
-- its first start. On a managed server without superusers run it as a user that may create roles and owns the database,
-- with this after the first statement: grant parcels_migrator to current_user;
-- Set the passwords afterwards: \password parcels_migrator

-- Owns the tables: Flyway's history, those of Startgate and those of the application.
create role parcels_migrator login;
grant usage, create on schema public to parcels_migrator;
-- Up to PostgreSQL 14 every user may create tables in this schema. On a managed server run this as its owner.
revoke create on schema public from public;

-- Serves requests and runs jobs. It can't change the schema.
create role parcels_worker login;
grant usage on schema public to parcels_worker;

-- The worker reads every table that the migrator creates. With that it can wait for migrations (startgate.mode=wait) and
-- say which replica runs them. Nothing more is to be granted on startgate_lock and startgate_record: a user that writes
-- them can take the lock from its holder.
alter default privileges for role parcels_migrator in schema public grant select on tables to parcels_worker;
alter default privileges for role parcels_migrator in schema public grant usage on sequences to parcels_worker;

-- What the worker writes is granted table by table, in the migrations that create the tables:
-- grant insert, update, delete on parcel to parcels_worker;
-- Those of the sample application grant nothing. To run it with these users, type this after its first migration:
-- grant insert, update, delete on parcel, replica_start, job_run, shedlock to parcels_worker;

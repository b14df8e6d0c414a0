-- until whoever has this lock lets it go
select pg_advisory_xact_lock(4711);

-- Looks over the shoulder of the fleet: one row for each table, index or sequence that a committed transaction created
-- in the schema of the application, with the name of the session that did it. Not the application's: the demo installs it
-- as superuser before the first replica starts. What is rolled back leaves no row, as it leaves no table.
create schema fleet_audit;

create table fleet_audit.created (
	id bigint generated always as identity primary key,
	replica text not null,
	command text not null,
	object text not null
);

create function fleet_audit.note_created() returns event_trigger
	language plpgsql security definer set search_path = pg_catalog
as $$
begin
	insert into fleet_audit.created (replica, command, object)
	select current_setting('application_name'), command_tag, object_identity
	from pg_event_trigger_ddl_commands()
	where command_tag like 'CREATE %' and object_identity like 'public.%'
		and object_identity not similar to 'public.(flyway|startgate)_%';
end
$$;

create event trigger fleet_audit on ddl_command_end execute function fleet_audit.note_created();

-- One row per start of a replica, written when its gate opened.
create table replica_start (
	replica text not null,
	migrated_here boolean not null,
	waited interval not null,
	opened_at timestamptz not null default clock_timestamp()
);

-- One row per run of a scheduled job.
create table job_run (
	job text not null,
	replica text not null,
	ran_at timestamptz not null default clock_timestamp()
);

create index job_run_ran_at on job_run (ran_at);

-- The locks of scheduled jobs, as ShedLock's documentation has them.
create table shedlock (
	name varchar(64) primary key,
	lock_until timestamp not null,
	locked_at timestamp not null,
	locked_by varchar(255) not null
);

-- Filled by TariffSeed.
create table tariff (
	size text primary key,
	cents int not null
);

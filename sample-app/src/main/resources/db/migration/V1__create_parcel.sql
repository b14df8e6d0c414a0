create table parcel (
	id bigint generated always as identity primary key,
	recipient text not null,
	postcode char(5) not null,
	status text not null default 'ACCEPTED',
	accepted_at timestamptz not null default now(),
	due_at timestamptz not null default now() + interval '2 days'
);

insert into parcel (recipient, postcode, accepted_at, due_at)
select 'Recipient ' || n, lpad((n * 37 % 20000)::text, 5, '0'), now() - interval '3 days', now() + (n % 5 - 1) * interval '1 day'
from generate_series(1, 500) n;

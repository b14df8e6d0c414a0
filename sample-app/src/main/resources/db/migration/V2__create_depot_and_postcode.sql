create table depot (
	code char(3) primary key,
	town text not null
);

create table postcode (
	code char(5) primary key,
	depot char(3) not null references depot
);

insert into depot (code, town)
values ('NOR', 'Northport'), ('EAS', 'Eastfield'), ('SOU', 'Southgate'), ('WES', 'Westhaven');

insert into postcode (code, depot)
select lpad(n::text, 5, '0'), (array ['NOR', 'EAS', 'SOU', 'WES'])[n / 5000 + 1]
from generate_series(0, 19999) n;

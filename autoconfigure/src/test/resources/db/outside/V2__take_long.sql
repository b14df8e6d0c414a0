select nextval('run');

create table first_half (id bigint);

select pg_sleep(${seconds});

create table second_half (id bigint);

select nextval('run');

create table first_half (id bigint);

select ${wait};

create table second_half (id bigint);

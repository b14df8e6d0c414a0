select nextval('run');

create table half_done (id bigint);

select ${wait};

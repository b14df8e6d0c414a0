create sequence run;
select nextval('run');
create table parcel (id bigint primary key);

create table step_5 (n int);
insert into step_5 values (1);
insert into step_5 ${work};

create table step_3 (n int);
insert into step_3 values (1);
insert into step_3 ${work};

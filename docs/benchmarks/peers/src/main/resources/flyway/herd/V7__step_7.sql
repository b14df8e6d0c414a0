create table step_7 (n int);
insert into step_7 values (1);
insert into step_7 ${work};

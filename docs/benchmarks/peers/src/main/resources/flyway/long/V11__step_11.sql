create table step_11 (n int);
insert into step_11 values (1);
insert into step_11 ${work};

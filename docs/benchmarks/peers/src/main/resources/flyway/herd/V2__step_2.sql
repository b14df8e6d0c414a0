create table step_2 (n int);
insert into step_2 values (1);
insert into step_2 ${work};

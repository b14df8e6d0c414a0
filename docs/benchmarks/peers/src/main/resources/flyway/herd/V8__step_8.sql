create table step_8 (n int);
insert into step_8 values (1);
insert into step_8 ${work};

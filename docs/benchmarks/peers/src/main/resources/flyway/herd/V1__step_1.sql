create table step_1 (n int);
insert into step_1 values (1);
insert into step_1 ${work};

create table step_4 (n int);
insert into step_4 values (1);
insert into step_4 ${work};

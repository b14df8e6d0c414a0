create table step_6 (n int);
insert into step_6 values (1);
insert into step_6 ${work};

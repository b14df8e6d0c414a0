create table step_10 (n int);
insert into step_10 values (1);
insert into step_10 ${work};

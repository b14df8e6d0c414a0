create table step_9 (n int);
insert into step_9 values (1);
insert into step_9 ${work};

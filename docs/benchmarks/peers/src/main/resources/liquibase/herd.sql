--liquibase formatted sql

--changeset benchmark:1
create table step_1 (n int);
insert into step_1 values (1);
insert into step_1 ${work};

--changeset benchmark:2
create table step_2 (n int);
insert into step_2 values (1);
insert into step_2 ${work};

--changeset benchmark:3
create table step_3 (n int);
insert into step_3 values (1);
insert into step_3 ${work};

--changeset benchmark:4
create table step_4 (n int);
insert into step_4 values (1);
insert into step_4 ${work};

--changeset benchmark:5
create table step_5 (n int);
insert into step_5 values (1);
insert into step_5 ${work};

--changeset benchmark:6
create table step_6 (n int);
insert into step_6 values (1);
insert into step_6 ${work};

--changeset benchmark:7
create table step_7 (n int);
insert into step_7 values (1);
insert into step_7 ${work};

--changeset benchmark:8
create table step_8 (n int);
insert into step_8 values (1);
insert into step_8 ${work};

--changeset benchmark:9
create table step_9 (n int);
insert into step_9 values (1);
insert into step_9 ${work};

--changeset benchmark:10
create table step_10 (n int);
insert into step_10 values (1);
insert into step_10 ${work};

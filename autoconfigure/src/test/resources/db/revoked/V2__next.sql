create table next (id int);

create table kept (id int);
revoke all on startgate_record from current_user;

create table parcel (id int);

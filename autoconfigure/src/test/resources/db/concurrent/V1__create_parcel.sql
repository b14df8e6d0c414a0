create table parcel (id int, weight int);

create table tariff (name varchar(100) not null);

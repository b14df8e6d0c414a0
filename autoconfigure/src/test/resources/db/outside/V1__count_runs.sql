create sequence run;

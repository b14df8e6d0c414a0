alter table parcel add weight int;
alter table depot add height int;

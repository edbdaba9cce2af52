create table stock (key text primary key, available integer not null);
insert into stock values ('p-1', 100), ('p-2', 50);
create schema audit;
create view audit.empty_shelves as select key from stock where available = 0;

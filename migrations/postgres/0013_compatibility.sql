-- The oldest program that can work with this database, by the number of its last migration. A migration that takes
-- something away, or wants something to be written that older programs don't write, raises the number. All others leave
-- it, so that the program before goes on beside the new one, and can come back.
-- Kept beside ../sqlite/0013_compatibility.sql.
create table compatibility (
    one   integer not null primary key check (one = 1),
    since bigint  not null
);
insert into compatibility values (1, 13);

-- How far the visitors' addresses and programs have been erased, for a network that keeps them for a while only.
-- Kept beside ../postgres/0004_clicks_by_month.sql, where clicks are also divided by months; here they lie in the order
-- of time anyhow.
create table erasures (
    only_row integer not null primary key check (only_row = 1),
    -- Of every click before this id nothing is left to erase.
    before   blob    not null check (length(before) = 16)
) strict;
insert into erasures values (1, zeroblob(16));

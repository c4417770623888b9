-- What partners and affiliates say of themselves, why an application was decided as it was, and what a partner notes
-- about an affiliate. Kept beside ../postgres/0016_people.sql.

create table profiles (
    organisation_id blob not null primary key references organisations (id),
    website         text not null,
    -- Words with blanks between.
    channels        text not null,
    -- Letters of countries with commas between.
    countries       text not null,
    about           text not null
) strict, without rowid;

-- Told to the affiliate; empty where nothing was said.
alter table applications add column reason text not null default '';
-- When the affiliate took it back. Its status is 'rejected' then, which the version before understands: its link leads
-- to the homepage.
alter table applications add column withdrawn_at integer;

create table affiliate_notes (
    partner_id   blob not null references partners (id),
    affiliate_id blob not null references affiliates (id),
    note         text not null,
    primary key (partner_id, affiliate_id)
) strict, without rowid;

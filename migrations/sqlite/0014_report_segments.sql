-- What reports count, packed by columns: a report over ten million clicks reads some 30 MB instead of all their rows. A
-- worker packs what is a few seconds old; a report is what is packed, and the rows after it. Kept beside
-- ../postgres/0014_report_segments.sql.

-- The country of the visitor's address, looked up when the click is recorded: 26 times the first letter (A is 0) plus the
-- second, plus 1. Nothing where it isn't known.
alter table clicks add column country integer;

-- Texts that segments name by number: sites that clicks came from, statuses, currencies.
create table report_words (
    number integer primary key,
    kind   text not null constraint report_words_kind check (kind in ('site', 'status', 'currency')),
    word   text not null,
    constraint report_words_word unique (kind, word)
) strict;

-- Classes of user agents.
create table agents (
    number  integer primary key,
    device  text not null,
    os      text not null,
    browser text not null,
    constraint agents_class unique (device, os, browser)
) strict;

-- What a text is as a user agent (a number of `agents`), and as the address of a page (of `report_words`), from the first
-- time on that it is met as one.
alter table header_values add column agent integer;
alter table header_values add column site integer;

-- Until when everything is packed: moments of ids.
create table packed (
    one               integer not null primary key check (one = 1),
    clicks_until      integer not null,
    conversions_until integer not null
) strict;
insert into packed values (1, 0, 0);

-- Clicks from one moment to another, within a UTC day: of everybody where they are new (then the partner is all zeros),
-- later of each partner by themselves.
create table click_segments (
    starts_at    integer not null,
    ends_at      integer not null,
    partner_id   blob    not null,
    -- Where they are more than one segment holds.
    part         integer not null,
    clicks       integer not null,
    runs         blob    not null,
    kinds        blob    not null,
    countries    blob    not null,
    agents       blob    not null,
    sites        blob    not null,
    constraint click_segments_key primary key (starts_at, partner_id, part)
) strict;
create index click_segments_by_partner on click_segments (partner_id, starts_at);

-- Conversions likewise.
create table conversion_segments (
    starts_at    integer not null,
    ends_at      integer not null,
    partner_id   blob    not null,
    part         integer not null,
    conversions  integer not null,
    runs         blob    not null,
    -- Of each when its click was, and its amount and commission.
    sums         blob    not null,
    statuses     blob    not null,
    currencies   blob    not null,
    kinds        blob    not null,
    countries    blob    not null,
    agents       blob    not null,
    sites        blob    not null,
    constraint conversion_segments_key primary key (starts_at, partner_id, part)
) strict;
create index conversion_segments_by_partner on conversion_segments (partner_id, starts_at);

-- In which currencies an offer ever had a conversion: earnings per click are divided by the clicks of such offers.
create table offer_currencies (
    offer_id blob not null,
    currency text not null,
    primary key (offer_id, currency)
) strict, without rowid;

-- Who was where on a day, a row for each step of packing: of each visitor eight bytes of a hash of link, address and user
-- agent by the day's key, and four that say when they were last there. Key and hashes are deleted two days later, so that
-- nobody can be told from them.
create table visitors_seen (
    day     integer not null,
    ends_at integer not null,
    seen    blob    not null,
    constraint visitors_seen_key primary key (day, ends_at)
) strict;
create table visitor_keys (
    day    integer not null primary key,
    sealed blob    not null
) strict;

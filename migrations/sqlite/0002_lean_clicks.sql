-- A click becomes a narrow row at the end of one table, and nothing else but a few hot counters: what the way of a
-- click writes decides how fast it is. Kept beside ../postgres/0002_lean_clicks.sql.
--
-- * User agents and referers are kept once and named by number.
-- * The moment of a click is the one in its id (a UUIDv7): no column of its own.
-- * No index by link: each one made every click dirty a page of its own. `click_days` says on which days and in which
--   hours a link was visited, and lists read those parts of `clicks`, which lies in the order of time.
-- * The counters of a day lie side by side, so that a busy minute changes few pages.
-- * Foreign keys are left out where the same transaction has just looked the key up, and nothing ever deletes it.
-- * `suspensions` says in one short look-up, of a table that is nearly empty, what took four joins.
-- * What a first screen shows of thirty days is counted per partnership, which is a partner and an affiliate: adding up
--   a million links takes a while.

create table header_values (
    number integer primary key,
    value  text not null constraint header_values_value unique
) strict;
insert into header_values (value) select user_agent from clicks union select referer from clicks;

create table lean_clicks (
    id         blob    not null primary key check (length(id) = 16),
    link_id    blob    not null,
    -- 0 is a visit, 1 a bot, 2 a prefetch.
    kind       integer not null check (kind between 0 and 2),
    ip         text    not null,
    user_agent integer not null,
    referer    integer not null
) strict, without rowid;
insert into lean_clicks
select c.id, c.link_id, case c.kind when 'visit' then 0 when 'bot' then 1 else 2 end, c.ip, a.number, r.number
from clicks c join header_values a on a.value = c.user_agent join header_values r on r.value = c.referer order by c.id;

create table hour_days (
    day      integer not null,
    link_id  blob    not null,
    clicks   integer not null,
    visits   integer not null,
    bots     integer not null,
    -- Bit n is set when there was a click in hour n of the day, UTC.
    hours    integer not null,
    primary key (day, link_id)
) strict, without rowid;
-- The day is that of the id, where lists look for a click: its first 12 digits are milliseconds. `at` was taken a moment
-- later, which at midnight was another day.
insert into hour_days
select (select sum(instr('123456789ABCDEF', substr(hex(c.id), place.value, 1)) << (48 - 4 * place.value))
        from json_each('[1,2,3,4,5,6,7,8,9,10,11,12]') place) / 86400000,
    c.link_id, count(*), sum(c.kind = 'visit'), sum(c.kind = 'bot'), 16777215
from clicks c group by 1, 2;

-- A table that others refer to can't be dropped: the conversions' references go first, and with them their table.
create table lean_conversions (
    id             blob    not null primary key check (length(id) = 16),
    click_id       blob    not null,
    transaction_id text    not null,
    link_id        blob    not null,
    at             integer not null,
    status         text    not null,
    amount         integer not null check (amount >= 0),
    commission     integer not null check (commission >= 0),
    currency       text    not null,
    constraint conversions_pair unique (click_id, transaction_id)
) strict, without rowid;
insert into lean_conversions select * from conversions order by id;
drop table conversions;
alter table lean_conversions rename to conversions;
create index conversions_by_link on conversions (link_id, id);

drop table click_days;
drop table clicks;
alter table lean_clicks rename to clicks;
alter table hour_days rename to click_days;
create index click_days_by_link on click_days (link_id, day);
alter table links drop column clicks;

create table suspensions (
    -- A partner's or an affiliate's id.
    owner_id blob not null primary key check (length(owner_id) = 16)
) strict, without rowid;
insert into suspensions
select p.id from partners p join users u on u.id = p.user_id where u.suspended_at is not null
union all
select f.id from affiliates f join users u on u.id = f.user_id where u.suspended_at is not null;

-- `click_days` and `conversion_days` added up per partnership.
create table partnership_click_days (
    day          integer not null,
    partner_id   blob    not null,
    affiliate_id blob    not null,
    clicks       integer not null,
    visits       integer not null,
    bots         integer not null,
    -- Bit n is set when there was a click in hour n of the day, UTC.
    hours        integer not null,
    primary key (day, partner_id, affiliate_id)
) strict, without rowid;
insert into partnership_click_days
select d.day, o.partner_id, l.affiliate_id, sum(d.clicks), sum(d.visits), sum(d.bots), 16777215
from click_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id group by 1, 2, 3;

create table partnership_conversion_days (
    day               integer not null,
    partner_id        blob    not null,
    affiliate_id      blob    not null,
    status            text    not null,
    currency          text    not null,
    conversions       integer not null,
    amount_units      integer not null,
    amount_micros     integer not null,
    commission_units  integer not null,
    commission_micros integer not null,
    primary key (day, partner_id, affiliate_id, status, currency)
) strict, without rowid;
insert into partnership_conversion_days
select d.day, o.partner_id, l.affiliate_id, d.status, d.currency, sum(d.conversions), sum(d.amount_units),
    sum(d.amount_micros), sum(d.commission_units), sum(d.commission_micros)
from conversion_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id group by 1, 2, 3, 4, 5;

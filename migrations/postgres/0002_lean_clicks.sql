-- A click becomes a narrow row at the end of one table, and nothing else but a few hot counters: what the way of a
-- click writes decides how fast it is. Kept beside ../sqlite/0002_lean_clicks.sql, which gives the reasons.

create table header_values (
    number integer not null primary key generated always as identity,
    value  text    not null constraint header_values_value unique
);
insert into header_values (value) select user_agent from clicks union select referer from clicks;

-- In the order of widths, so that no byte is lost to alignment.
create table lean_clicks (
    id         uuid     not null constraint lean_clicks_pkey primary key,
    link_id    uuid     not null,
    user_agent integer  not null,
    referer    integer  not null,
    -- 0 is a visit, 1 a bot, 2 a prefetch.
    kind       smallint not null constraint clicks_kind check (kind between 0 and 2),
    ip         inet     not null
);
insert into lean_clicks
select c.id, c.link_id, a.number, r.number, case c.kind when 'visit' then 0 when 'bot' then 1 else 2 end, c.ip::inet
from clicks c join header_values a on a.value = c.user_agent join header_values r on r.value = c.referer order by c.id;

create table hour_days (
    day     bigint  not null,
    link_id uuid    not null,
    clicks  bigint  not null,
    visits  bigint  not null,
    bots    bigint  not null,
    -- Bit n is set when there was a click in hour n of the day, UTC.
    hours   integer not null,
    constraint hour_days_pkey primary key (day, link_id)
) with (fillfactor = 50);
-- The day is that of the id, where lists look for a click: its first 48 bits are milliseconds. `at` was taken a moment
-- later, which at midnight was another day.
insert into hour_days
select ('x' || left(encode(uuid_send(c.id), 'hex'), 12))::bit(48)::bigint / 86400000, c.link_id, count(*),
    count(*) filter (where c.kind = 'visit'), count(*) filter (where c.kind = 'bot'), 16777215
from clicks c group by 1, 2;

alter table conversions drop constraint conversions_click_id_fkey;
alter table conversions drop constraint conversions_link_id_fkey;
drop table click_days;
drop table clicks;
alter table lean_clicks rename to clicks;
alter table clicks rename constraint lean_clicks_pkey to clicks_pkey;
alter table hour_days rename to click_days;
alter table click_days rename constraint hour_days_pkey to click_days_pkey;
create index click_days_by_link on click_days (link_id, day);
alter table links drop column clicks;

create table suspensions (
    -- A partner's or an affiliate's id.
    owner_id uuid not null primary key
);
insert into suspensions
select p.id from partners p join users u on u.id = p.user_id where u.suspended_at is not null
union all
select f.id from affiliates f join users u on u.id = f.user_id where u.suspended_at is not null;

-- `click_days` and `conversion_days` added up per partnership.
create table partnership_click_days (
    day          bigint  not null,
    partner_id   uuid    not null,
    affiliate_id uuid    not null,
    clicks       bigint  not null,
    visits       bigint  not null,
    bots         bigint  not null,
    -- Bit n is set when there was a click in hour n of the day, UTC.
    hours        integer not null,
    primary key (day, partner_id, affiliate_id)
) with (fillfactor = 50);
insert into partnership_click_days
select d.day, o.partner_id, l.affiliate_id, sum(d.clicks), sum(d.visits), sum(d.bots), 16777215
from click_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id group by 1, 2, 3;

create table partnership_conversion_days (
    day               bigint not null,
    partner_id        uuid   not null,
    affiliate_id      uuid   not null,
    status            text   not null,
    currency          text   not null,
    conversions       bigint not null,
    amount_units      bigint not null,
    amount_micros     bigint not null,
    commission_units  bigint not null,
    commission_micros bigint not null,
    primary key (day, partner_id, affiliate_id, status, currency)
);
insert into partnership_conversion_days
select d.day, o.partner_id, l.affiliate_id, d.status, d.currency, sum(d.conversions), sum(d.amount_units),
    sum(d.amount_micros), sum(d.commission_units), sum(d.commission_micros)
from conversion_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id group by 1, 2, 3, 4, 5;

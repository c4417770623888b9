-- What lists of offers show of each: adding up the days of all its links, and looking through all its applications,
-- takes a while where there are many. Kept beside ../postgres/0003_offer_totals.sql.
create table offer_totals (
    offer_id             blob    not null primary key references offers (id),
    clicks               integer not null default 0,
    conversions          integer not null default 0,
    -- Applications that are approved, and those that wait for the partner.
    affiliates           integer not null default 0,
    waiting_applications integer not null default 0
) strict, without rowid;

insert into offer_totals (offer_id, clicks, conversions, affiliates, waiting_applications)
with of_clicks as (
    select l.offer_id, sum(d.clicks) as clicks from click_days d join links l on l.id = d.link_id group by 1
), of_conversions as (
    select l.offer_id, sum(d.conversions) as conversions
    from conversion_days d join links l on l.id = d.link_id group by 1
), of_applications as (
    select offer_id, sum(status = 'approved') as affiliates, sum(status = 'pending') as waiting
    from applications group by 1
)
select o.id, coalesce(c.clicks, 0), coalesce(v.conversions, 0), coalesce(a.affiliates, 0), coalesce(a.waiting, 0)
from offers o left join of_clicks c on c.offer_id = o.id left join of_conversions v on v.offer_id = o.id
left join of_applications a on a.offer_id = o.id;

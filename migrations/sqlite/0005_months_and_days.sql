-- The counters of a day lie side by side, as those of clicks do: postbacks of a minute change few pages, and not one for
-- each link. Kept beside ../postgres/0005_months_and_days.sql, where rows have no order and months are what there was to
-- mend.
create table days_of_conversions (
    link_id           blob    not null references links (id),
    day               integer not null,
    status            text    not null,
    currency          text    not null,
    conversions       integer not null,
    amount_units      integer not null,
    amount_micros     integer not null,
    commission_units  integer not null,
    commission_micros integer not null,
    primary key (day, link_id, status, currency)
) strict, without rowid;
insert into days_of_conversions
select link_id, day, status, currency, conversions, amount_units, amount_micros, commission_units, commission_micros
from conversion_days order by day, link_id, status, currency;
drop table conversion_days;
alter table days_of_conversions rename to conversion_days;
create index conversion_days_by_link on conversion_days (link_id, day);

-- Counters of clicks lie in the order in which their days began: links that many visit are visited early, so they lie side
-- by side, and the clicks of a moment change few pages, however many other links were visited that day. PostgreSQL's tables
-- have that order by themselves, so nothing is kept beside this.
create table days_as_they_came (
    day     integer not null,
    link_id blob    not null,
    clicks  integer not null,
    visits  integer not null,
    bots    integer not null,
    -- Bit n is set when there was a click in hour n of the day, UTC.
    hours   integer not null
) strict;
insert into days_as_they_came
select day, link_id, clicks, visits, bots, hours from click_days order by day, clicks desc;
drop table click_days;
alter table days_as_they_came rename to click_days;
create unique index click_days_by_link on click_days (link_id, day);
create index click_days_by_day on click_days (day);

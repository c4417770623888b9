-- What the first months taught: a month can be made while clicks of it arrive, and one stray click of the far future
-- does not keep all others from being made. Kept beside
-- ../sqlite/0005_months_and_days.sql, where days are what there was to mend.

-- Makes the parts that are missing for this and the two following months. Clicks that a wrong clock has put into the
-- default meanwhile are moved where they belong; for that moment everybody waits who looks at all parts, or adds to the
-- default.
create or replace function make_click_months(now_millis bigint) returns void language plpgsql as $$
declare
    wanted timestamp := to_timestamp(now_millis / 1000.0) at time zone 'utc' + interval '2 months';
    low uuid;
    high uuid;
    month timestamp;
    part text;
begin
    -- One server at a time.
    perform pg_advisory_xact_lock(hashtext('make_click_months'));
    -- A clock that is years ahead must not make thousands.
    for tries in 1..24 loop
        select max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([0-9a-f-]{36})''\)'))::uuid into strict low
        from pg_class c join pg_inherits i on i.inhrelid = c.oid where i.inhparent = 'clicks'::regclass;
        month := to_timestamp(('x' || left(encode(uuid_send(low), 'hex'), 12))::bit(48)::bigint / 1000.0)
            at time zone 'utc';
        exit when month > wanted;
        high := rpad(lpad(to_hex((extract(epoch from month + interval '1 month') * 1000)::bigint), 12, '0'), 32, '0');
        part := 'clicks_' || to_char(month, 'YYYY_MM');
        -- Else what others add between the two steps would belong to both.
        lock table clicks_default in access exclusive mode;
        execute format('create table %I (like clicks including constraints)', part);
        execute format('with moved as (delete from clicks_default where id >= %L and id < %L returning *)
            insert into %I select * from moved', low, high, part);
        execute format('alter table clicks attach partition %I for values from (%L) to (%L)', part, low, high);
    end loop;
end $$;

-- The first part may reach as far as the last click did, which a wrong clock may have dated. It shall end where the next
-- month does, unless parts were made after it.
do $$
declare
    until timestamp := date_trunc('month', now() at time zone 'utc') + interval '2 months';
    bound uuid := rpad(lpad(to_hex((extract(epoch from until) * 1000)::bigint), 12, '0'), 32, '0');
    reaches uuid := (
        select substring(pg_get_expr(relpartbound, oid) from 'TO \(''([0-9a-f-]{36})''\)')
        from pg_class where oid = to_regclass('clicks_first'));
    parts bigint := (select count(*) from pg_inherits where inhparent = 'clicks'::regclass);
begin
    if reaches > bound and parts = 2 then
        alter table clicks detach partition clicks_first;
        with moved as (delete from clicks_first where id >= bound
            returning id, link_id, user_agent, referer, kind, ip)
        insert into clicks_default (id, link_id, user_agent, referer, kind, ip) select * from moved;
        execute format('alter table clicks attach partition clicks_first for values from (minvalue) to (%L)', bound);
    end if;
end $$;

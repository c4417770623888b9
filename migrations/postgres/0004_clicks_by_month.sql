-- Clicks are divided by months: so each part has an index that fits into memory, and can be moved or archived by itself.
-- An id begins with its time (a UUIDv7), so a range of ids is a range of time. The program makes the parts of the coming
-- months by itself. Kept beside ../sqlite/0004_clicks_by_month.sql.

-- An address is its 4 or 16 bytes: with those 2 that `inet` adds, a row would be 8 longer. Nothing is left of one that
-- was erased.
alter table clicks alter column ip type bytea using substring(inet_send(ip) from 5), alter column ip drop not null;
create function address_text(address bytea) returns text language sql immutable parallel safe as $$
    select case octet_length(address)
        when 4 then concat_ws('.', get_byte(address, 0), get_byte(address, 1), get_byte(address, 2), get_byte(address, 3))
        when 16 then host(regexp_replace(encode(address, 'hex'), '(....)(?=.)', '\1:', 'g')::inet)
        else ''
    end
$$;

alter table clicks rename to clicks_first;
alter table clicks_first rename constraint clicks_pkey to clicks_first_pkey;
create table clicks (
    id         uuid     not null constraint clicks_pkey primary key,
    link_id    uuid     not null,
    user_agent integer  not null,
    referer    integer  not null,
    -- 0 is a visit, 1 a bot, 2 a prefetch.
    kind       smallint not null constraint clicks_kind check (kind between 0 and 2),
    ip         bytea
) partition by range (id);

-- What there is stays where it is, and so does what comes until the end of next month, or of the month after the last
-- click. Whatever a wrong clock dates before that belongs here, too; what it dates after all parts goes to the default.
do $$
declare
    last_click bigint := (
        select ('x' || left(encode(uuid_send(id), 'hex'), 12))::bit(48)::bigint from clicks_first
        order by id desc limit 1);
    moment timestamp := greatest(
        now() at time zone 'utc', to_timestamp(coalesce(last_click, 0) / 1000.0) at time zone 'utc');
    until timestamp := date_trunc('month', moment) + interval '2 months';
begin
    execute format('alter table clicks attach partition clicks_first for values from (minvalue) to (%L)',
        rpad(lpad(to_hex((extract(epoch from until) * 1000)::bigint), 12, '0'), 32, '0')::uuid);
end $$;
create table clicks_default partition of clicks default;

-- How far the visitors' addresses and programs have been erased, for a network that keeps them for a while only.
create table erasures (
    only_row integer not null primary key check (only_row = 1),
    -- Of every click before this id nothing is left to erase.
    before   uuid    not null
);
insert into erasures values (1, '00000000-0000-0000-0000-000000000000');

-- Makes the parts that are missing for this and the two following months. Clicks that a wrong clock has put into the
-- default meanwhile are moved where they belong. Readers and writers of the other parts are not kept waiting.
create function make_click_months(now_millis bigint) returns void language plpgsql as $$
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
        execute format('create table %I (like clicks including constraints)', part);
        execute format('with moved as (delete from clicks_default where id >= %L and id < %L returning *)
            insert into %I select * from moved', low, high, part);
        execute format('alter table clicks attach partition %I for values from (%L) to (%L)', part, low, high);
    end loop;
end $$;

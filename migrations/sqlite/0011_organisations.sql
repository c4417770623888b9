-- Partners and affiliates are organisations; people are their members, and API keys are theirs. Until now each was one
-- person with one key. `partners` and `affiliates` stay as what other tables refer to: an offer is a partner's and of
-- nobody else. Kept beside ../postgres/0011_organisations.sql.
--
-- Tables that others refer to are made anew, for which the program that migrates leaves foreign keys unchecked. The ids
-- are the same before and after.

create table organisations (
    -- The partner's or the affiliate's.
    id         blob    not null primary key check (length(id) = 16),
    kind       text    not null constraint organisations_kind check (kind in ('partner', 'affiliate')),
    name       text    not null,
    created_at integer not null
) strict;
insert into organisations
select p.id, 'partner', u.name, u.created_at from partners p join users u on u.id = p.user_id
union all
select f.id, 'affiliate', u.name, u.created_at from affiliates f join users u on u.id = f.user_id;

create table memberships (
    organisation_id blob    not null references organisations (id),
    -- Of one organisation, for now.
    user_id         blob    not null constraint memberships_user unique references users (id),
    role            text    not null constraint memberships_role check (role in ('owner')),
    created_at      integer not null,
    primary key (organisation_id, user_id)
) strict, without rowid;
insert into memberships
select o.id, o.user_id, 'owner', u.created_at
from (select id, user_id from partners union all select id, user_id from affiliates) o join users u on u.id = o.user_id;

-- A key is looked up by its SHA-256 and shown from its sealed form; the key itself is nowhere. A replaced one is kept
-- without that form: whoever still sends it is refused as with any unknown key, but its owner can be told why.
create table api_keys (
    id              blob    not null primary key check (length(id) = 16),
    organisation_id blob    not null references organisations (id),
    name            text    not null,
    -- What may be done with it: words with blanks between.
    scopes          text    not null,
    hash            blob    not null constraint api_keys_hash unique check (length(hash) = 32),
    sealed          blob,
    created_at      integer not null,
    revoked_at      integer,
    constraint api_keys_sealed check ((sealed is null) = (revoked_at is not null))
) strict;
-- Ids are UUIDs of version 7: the time of the key, then random bits.
insert into api_keys
select unhex(printf('%012x', max(api_key_at, 0)) || '7' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2)),
    id, 'Default', 'postback', api_key_hash, api_key_sealed, api_key_at, null
from partners;
-- Of older keys it is not known when they were made; some time before they were replaced.
insert into api_keys
select unhex(printf('%012x', max(replaced_at, 0)) || '7' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2)),
    partner_id, 'Default', 'postback', api_key_hash, null, replaced_at, replaced_at
from old_api_keys;
-- One that is valid for each organisation, for now.
create unique index api_keys_valid on api_keys (organisation_id) where revoked_at is null;
create index api_keys_by_organisation on api_keys (organisation_id, id);
drop table old_api_keys;

-- Suspended is an organisation (`owner_id`) that has a row here, and nobody else.
insert into suspensions (owner_id)
select m.organisation_id from memberships m join users u on u.id = m.user_id where u.suspended_at is not null
on conflict (owner_id) do nothing;
alter table suspensions add column suspended_at integer not null default 0;
update suspensions set suspended_at = coalesce((
    select u.suspended_at from memberships m join users u on u.id = m.user_id
    where m.organisation_id = suspensions.owner_id
), 0);

create table bare_partners (
    id blob not null primary key check (length(id) = 16) references organisations (id)
) strict, without rowid;
insert into bare_partners select id from partners;
drop table partners;
alter table bare_partners rename to partners;

create table bare_affiliates (
    id blob not null primary key check (length(id) = 16) references organisations (id)
) strict, without rowid;
insert into bare_affiliates select id from affiliates;
drop table affiliates;
alter table bare_affiliates rename to affiliates;

-- Admins can't be suspended. Whoever made one so by hand wanted them out.
delete from sessions where user_id in (select id from users where role = 'admin' and suspended_at is not null);
update users set password_hash = '!' where role = 'admin' and suspended_at is not null;
alter table users add column is_admin integer not null default 0 constraint users_is_admin check (is_admin in (0, 1));
update users set is_admin = 1 where role = 'admin';
alter table users drop column role;
alter table users drop column suspended_at;

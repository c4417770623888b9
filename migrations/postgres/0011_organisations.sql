-- Partners and affiliates are organisations; people are their members, and API keys are theirs. Until now each was one
-- person with one key. `partners` and `affiliates` stay as what other tables refer to: an offer is a partner's and of
-- nobody else. Kept beside ../sqlite/0011_organisations.sql.

-- Programs of the version before may run: what they change must not fall between two of these steps.
lock table users, partners, affiliates, suspensions, old_api_keys in access exclusive mode;

create table organisations (
    -- The partner's or the affiliate's.
    id         uuid   not null primary key,
    kind       text   not null constraint organisations_kind check (kind in ('partner', 'affiliate')),
    name       text   not null,
    created_at bigint not null
);
insert into organisations
select p.id, 'partner', u.name, u.created_at from partners p join users u on u.id = p.user_id
union all
select f.id, 'affiliate', u.name, u.created_at from affiliates f join users u on u.id = f.user_id;

create table memberships (
    organisation_id uuid   not null references organisations (id),
    -- Of one organisation, for now.
    user_id         uuid   not null constraint memberships_user unique references users (id),
    role            text   not null constraint memberships_role check (role in ('owner')),
    created_at      bigint not null,
    primary key (organisation_id, user_id)
);
insert into memberships
select o.id, o.user_id, 'owner', u.created_at
from (select id, user_id from partners union all select id, user_id from affiliates) o join users u on u.id = o.user_id;

-- A key is looked up by its SHA-256 and shown from its sealed form; the key itself is nowhere. A replaced one is kept
-- without that form: whoever still sends it is refused as with any unknown key, but its owner can be told why.
create table api_keys (
    id              uuid   not null primary key,
    organisation_id uuid   not null references organisations (id),
    name            text   not null,
    -- What may be done with it: words with blanks between.
    scopes          text   not null,
    hash            bytea  not null constraint api_keys_hash unique,
    sealed          bytea,
    created_at      bigint not null,
    revoked_at      bigint,
    constraint api_keys_sealed check ((sealed is null) = (revoked_at is not null))
);
-- Ids are UUIDs of version 7: the time of the key, then random bits.
insert into api_keys
select (lpad(to_hex(greatest(api_key_at, 0)), 12, '0') || '7' || substr(md5(random()::text || id::text), 1, 3)
        || '8' || substr(md5(random()::text || id::text), 1, 15))::uuid,
    id, 'Default', 'postback', api_key_hash, api_key_sealed, api_key_at, null
from partners;
-- Of older keys it is not known when they were made; some time before they were replaced.
insert into api_keys
select (lpad(to_hex(greatest(replaced_at, 0)), 12, '0') || '7' || substr(md5(random()::text || partner_id::text), 1, 3)
        || '8' || substr(md5(random()::text || partner_id::text), 1, 15))::uuid,
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
alter table suspensions add column suspended_at bigint not null default 0;
update suspensions s set suspended_at = u.suspended_at
from memberships m join users u on u.id = m.user_id
where m.organisation_id = s.owner_id and u.suspended_at is not null;

alter table partners drop column user_id, drop column api_key_hash, drop column api_key_sealed, drop column api_key_at,
    add constraint partners_organisation foreign key (id) references organisations (id);
alter table affiliates drop column user_id,
    add constraint affiliates_organisation foreign key (id) references organisations (id);

-- Admins can't be suspended. Whoever made one so by hand wanted them out.
delete from sessions where user_id in (select id from users where role = 'admin' and suspended_at is not null);
update users set password_hash = '!' where role = 'admin' and suspended_at is not null;
alter table users add column is_admin boolean not null default false;
update users set is_admin = true where role = 'admin';
alter table users drop column role, drop column suspended_at;

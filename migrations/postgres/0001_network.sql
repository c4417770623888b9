-- The whole network: people, offers, links, clicks, conversions, and the counters that screens show.
-- Kept beside ../sqlite/0001_network.sql: same tables, same columns, each engine's own best form.
--
-- Ids are the 16 bytes of a UUIDv7, times are milliseconds since 1970 UTC, days are days since 1970 UTC, money is
-- in 10^-6 units. A sum of money is two columns, whole units and millionths, so that it can't overflow.

create table users (
    id            uuid    not null primary key,
    role          text    not null constraint users_role check (role in ('partner', 'affiliate', 'admin')),
    email         text    not null constraint users_email unique,
    name          text    not null,
    password_hash text    not null,
    created_at    bigint not null,
    suspended_at  bigint
);

-- The key is looked up by its SHA-256 and shown from its sealed form; the key itself is nowhere.
create table partners (
    id             uuid    not null primary key,
    user_id        uuid    not null constraint partners_user unique references users (id),
    api_key_hash   bytea    not null constraint partners_api_key unique,
    api_key_sealed bytea    not null,
    api_key_at     bigint not null
);

create table affiliates (
    id      uuid not null primary key,
    user_id uuid not null constraint affiliates_user unique references users (id)
);

create table sessions (
    token_hash bytea    not null primary key,
    user_id    uuid    not null references users (id),
    created_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);

-- Password resets, and the one-time address at which the first admin is made (that one has no user).
create table one_time_tokens (
    token_hash bytea    not null primary key,
    purpose    text    not null constraint one_time_tokens_purpose check (purpose in ('reset', 'setup')),
    user_id    uuid    references users (id),
    expires_at bigint not null
);

create table offers (
    id                  uuid    not null primary key,
    partner_id          uuid    not null references partners (id),
    name                text    not null,
    description         text    not null,
    destination         text    not null,
    -- A destination with another host waits here until an admin approves it; the old one serves until then.
    pending_destination text,
    commission_terms    text    not null,
    status              text    not null constraint offers_status
                        check (status in ('pending', 'active', 'rejected', 'paused', 'archived')),
    rejection_reason    text,
    created_at          bigint not null
);
create index offers_by_partner on offers (partner_id, id);
create index offers_to_review on offers (id) where status = 'pending' or pending_destination is not null;

create table applications (
    id           uuid    not null primary key,
    offer_id     uuid    not null references offers (id),
    affiliate_id uuid    not null references affiliates (id),
    message      text    not null,
    status       text    not null constraint applications_status
                 check (status in ('pending', 'approved', 'rejected', 'revoked')),
    created_at   bigint not null,
    constraint applications_pair unique (offer_id, affiliate_id)
);
create index applications_by_affiliate on applications (affiliate_id, id);

-- One per application, from the application on; live only while offer, application, partner and affiliate allow it.
create table links (
    id             uuid    not null primary key,
    slug           text    not null constraint links_slug unique,
    application_id uuid    not null constraint links_application unique references applications (id),
    offer_id       uuid    not null references offers (id),
    affiliate_id   uuid    not null references affiliates (id),
    clicks         bigint not null default 0
);
create index links_by_offer on links (offer_id);
create index links_by_affiliate on links (affiliate_id);

create table clicks (
    id         uuid    not null primary key,
    link_id    uuid    not null references links (id),
    at         bigint not null,
    kind       text    not null check (kind in ('visit', 'bot', 'prefetch')),
    ip         text    not null,
    user_agent text    not null,
    referer    text    not null
);
create index clicks_by_link on clicks (link_id, id);

-- Clicks per link and day, changed in the click's own transaction.
create table click_days (
    link_id uuid    not null references links (id),
    day     bigint not null,
    clicks  bigint not null,
    visits  bigint not null,
    primary key (link_id, day)
);

-- Written once per (click, transaction): that pair is what makes a postback idempotent, for ever.
create table conversions (
    id             uuid    not null primary key,
    click_id       uuid    not null references clicks (id),
    transaction_id text    not null,
    link_id        uuid    not null references links (id),
    at             bigint not null,
    status         text    not null,
    amount         bigint not null check (amount >= 0),
    commission     bigint not null check (commission >= 0),
    currency       text    not null,
    constraint conversions_pair unique (click_id, transaction_id)
);
create index conversions_by_link on conversions (link_id, id);

-- Conversions per link, day, status and currency, changed in the conversion's own transaction.
create table conversion_days (
    link_id           uuid    not null references links (id),
    day               bigint not null,
    status            text    not null,
    currency          text    not null,
    conversions       bigint not null,
    amount_units      bigint not null,
    amount_micros     bigint not null,
    commission_units  bigint not null,
    commission_micros bigint not null,
    primary key (link_id, day, status, currency)
);

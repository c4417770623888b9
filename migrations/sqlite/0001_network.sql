-- The whole network: people, offers, links, clicks, conversions, and the counters that screens show.
-- Kept beside ../postgres/0001_network.sql: same tables, same columns, each engine's own best form.
--
-- Ids are the 16 bytes of a UUIDv7, times are milliseconds since 1970 UTC, days are days since 1970 UTC, money is
-- in 10^-6 units. A sum of money is two columns, whole units and millionths, so that it can't overflow.

create table users (
    id            blob    not null primary key check (length(id) = 16),
    role          text    not null constraint users_role check (role in ('partner', 'affiliate', 'admin')),
    email         text    not null constraint users_email unique,
    name          text    not null,
    password_hash text    not null,
    created_at    integer not null,
    suspended_at  integer
) strict;

-- The key is looked up by its SHA-256 and shown from its sealed form; the key itself is nowhere.
create table partners (
    id             blob    not null primary key check (length(id) = 16),
    user_id        blob    not null constraint partners_user unique references users (id),
    api_key_hash   blob    not null constraint partners_api_key unique check (length(api_key_hash) = 32),
    api_key_sealed blob    not null,
    api_key_at     integer not null
) strict;

create table affiliates (
    id      blob not null primary key check (length(id) = 16),
    user_id blob not null constraint affiliates_user unique references users (id)
) strict;

create table sessions (
    token_hash blob    not null primary key check (length(token_hash) = 32),
    user_id    blob    not null references users (id),
    created_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index sessions_by_user on sessions (user_id);

-- Password resets, and the one-time address at which the first admin is made (that one has no user).
create table one_time_tokens (
    token_hash blob    not null primary key check (length(token_hash) = 32),
    purpose    text    not null constraint one_time_tokens_purpose check (purpose in ('reset', 'setup')),
    user_id    blob    references users (id),
    expires_at integer not null
) strict, without rowid;

create table offers (
    id                  blob    not null primary key check (length(id) = 16),
    partner_id          blob    not null references partners (id),
    name                text    not null,
    description         text    not null,
    destination         text    not null,
    -- A destination with another host waits here until an admin approves it; the old one serves until then.
    pending_destination text,
    commission_terms    text    not null,
    status              text    not null constraint offers_status
                        check (status in ('pending', 'active', 'rejected', 'paused', 'archived')),
    rejection_reason    text,
    created_at          integer not null
) strict;
create index offers_by_partner on offers (partner_id, id);
create index offers_to_review on offers (id) where status = 'pending' or pending_destination is not null;

create table applications (
    id           blob    not null primary key check (length(id) = 16),
    offer_id     blob    not null references offers (id),
    affiliate_id blob    not null references affiliates (id),
    message      text    not null,
    status       text    not null constraint applications_status
                 check (status in ('pending', 'approved', 'rejected', 'revoked')),
    created_at   integer not null,
    constraint applications_pair unique (offer_id, affiliate_id)
) strict;
create index applications_by_affiliate on applications (affiliate_id, id);

-- One per application, from the application on; live only while offer, application, partner and affiliate allow it.
create table links (
    id             blob    not null primary key check (length(id) = 16),
    slug           text    not null constraint links_slug unique,
    application_id blob    not null constraint links_application unique references applications (id),
    offer_id       blob    not null references offers (id),
    affiliate_id   blob    not null references affiliates (id),
    clicks         integer not null default 0
) strict;
create index links_by_offer on links (offer_id);
create index links_by_affiliate on links (affiliate_id);

create table clicks (
    id         blob    not null primary key check (length(id) = 16),
    link_id    blob    not null references links (id),
    at         integer not null,
    kind       text    not null check (kind in ('visit', 'bot', 'prefetch')),
    ip         text    not null,
    user_agent text    not null,
    referer    text    not null
) strict, without rowid;
create index clicks_by_link on clicks (link_id, id);

-- Clicks per link and day, changed in the click's own transaction.
create table click_days (
    link_id blob    not null references links (id),
    day     integer not null,
    clicks  integer not null,
    visits  integer not null,
    primary key (link_id, day)
) strict, without rowid;

-- Written once per (click, transaction): that pair is what makes a postback idempotent, for ever.
create table conversions (
    id             blob    not null primary key check (length(id) = 16),
    click_id       blob    not null references clicks (id),
    transaction_id text    not null,
    link_id        blob    not null references links (id),
    at             integer not null,
    status         text    not null,
    amount         integer not null check (amount >= 0),
    commission     integer not null check (commission >= 0),
    currency       text    not null,
    constraint conversions_pair unique (click_id, transaction_id)
) strict, without rowid;
create index conversions_by_link on conversions (link_id, id);

-- Conversions per link, day, status and currency, changed in the conversion's own transaction.
create table conversion_days (
    link_id           blob    not null references links (id),
    day               integer not null,
    status            text    not null,
    currency          text    not null,
    conversions       integer not null,
    amount_units      integer not null,
    amount_micros     integer not null,
    commission_units  integer not null,
    commission_micros integer not null,
    primary key (link_id, day, status, currency)
) strict, without rowid;

-- The hashes of API keys that were replaced, from now on: whoever still sends one is refused as with any unknown key, but
-- its owner can be told that it is an old one. Kept beside ../postgres/0008_key_history.sql.
create table old_api_keys (
    api_key_hash blob    not null primary key check (length(api_key_hash) = 32),
    partner_id   blob    not null references partners (id),
    replaced_at  integer not null
) strict, without rowid;
create index old_api_keys_by_partner on old_api_keys (partner_id);

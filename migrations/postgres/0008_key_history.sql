-- The hashes of API keys that were replaced, from now on: whoever still sends one is refused as with any unknown key, but
-- its owner can be told that it is an old one. Kept beside ../sqlite/0008_key_history.sql.
create table old_api_keys (
    api_key_hash bytea  not null primary key,
    partner_id   uuid   not null references partners (id),
    replaced_at  bigint not null
);
create index old_api_keys_by_partner on old_api_keys (partner_id);

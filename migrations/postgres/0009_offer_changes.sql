-- What a partner changes of an approved offer is live at once, and shown to the admin afterwards: what was approved is
-- kept until an admin has decided, and the decision for good. Kept beside ../sqlite/0009_offer_changes.sql.

-- Counts the partner's edits: whoever approves says which version was looked at.
alter table offers add column version bigint not null default 1;

create table offer_changes (
    number                  bigint not null primary key generated always as identity,
    offer_id                uuid   not null references offers (id),
    state                   text   not null constraint offer_changes_state
                            check (state in ('open', 'accepted', 'reverted')),
    -- When the partner changed it last, and when an admin decided.
    changed_at              bigint not null,
    decided_at              bigint,
    -- Why it was taken back.
    reason                  text,
    name_before             text   not null,
    description_before      text   not null,
    commission_terms_before text   not null,
    destination_before      text   not null,
    name_after              text   not null,
    description_after       text   not null,
    commission_terms_after  text   not null,
    destination_after       text   not null
);
-- Changes that no admin has looked at are one: what was approved stays what the next one is compared with.
create unique index offer_changes_open on offer_changes (offer_id) where state = 'open';

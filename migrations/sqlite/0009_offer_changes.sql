-- What a partner changes of an approved offer is live at once, and shown to the admin afterwards: what was approved is
-- kept until an admin has decided, and the decision for good. Kept beside ../postgres/0009_offer_changes.sql.

-- Counts the partner's edits: whoever approves says which version was looked at.
alter table offers add column version integer not null default 1;

create table offer_changes (
    number                  integer primary key,
    offer_id                blob    not null references offers (id),
    state                   text    not null constraint offer_changes_state
                            check (state in ('open', 'accepted', 'reverted')),
    -- When the partner changed it last, and when an admin decided.
    changed_at              integer not null,
    decided_at              integer,
    -- Why it was taken back.
    reason                  text,
    name_before             text    not null,
    description_before      text    not null,
    commission_terms_before text    not null,
    destination_before      text    not null,
    name_after              text    not null,
    description_after       text    not null,
    commission_terms_after  text    not null,
    destination_after       text    not null
) strict;
-- Changes that no admin has looked at are one: what was approved stays what the next one is compared with.
create unique index offer_changes_open on offer_changes (offer_id) where state = 'open';

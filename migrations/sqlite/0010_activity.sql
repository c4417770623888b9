-- What was done, by whom, on what, from where: a row in the transaction of each change, never changed afterwards but for the address.
-- Kept beside ../postgres/0010_activity.sql.
create table activity (
    id           blob    not null primary key check (length(id) = 16),
    actor        text    not null constraint activity_actor check (actor in ('person', 'visitor', 'operator')),
    user_id      blob    references users (id),
    -- The client's address, until it is erased; none of whoever is on the machine itself.
    address      text,
    -- A noun and a verb: offer.approve
    action       text    not null,
    -- What it was done to: its id as people see it (off_…), and its name as it was then.
    subject_id   text    not null,
    subject      text    not null,
    -- A list of {"field", "before", "after"}, in JSON. No secrets.
    changes      text    not null,
    -- Whom it concerns, and who may read of it beside the admins.
    partner_id   blob    references partners (id),
    affiliate_id blob    references affiliates (id),
    constraint activity_has_actor check ((actor = 'person') = (user_id is not null))
) strict, without rowid;
create index activity_by_partner on activity (partner_id, id) where partner_id is not null;
create index activity_by_affiliate on activity (affiliate_id, id) where affiliate_id is not null;
-- What has an address to be erased still.
create index activity_with_address on activity (id) where address is not null;

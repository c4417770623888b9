-- Work that can wait: whoever wants it adds a row in the transaction that wants it, and a worker does it afterwards.
-- Kept beside ../postgres/0012_jobs.sql.
create table jobs (
    id         blob    not null primary key check (length(id) = 16),
    kind       text    not null,
    -- Of what is done again and again there is one row of each kind, which is named here.
    recurring  text    constraint jobs_recurring unique,
    -- What is to be done, sealed: links for new passwords are in it.
    payload    blob    not null,
    -- When it is due. Who takes it puts that off: nobody else takes it meanwhile, and if the worker dies it is due again.
    due_at     integer not null,
    -- How often it was taken. Whoever took it before the last time has lost it.
    taken      integer not null default 0,
    -- How often it failed since it last succeeded.
    failures   integer not null default 0,
    last_error text
) strict;
create index jobs_due on jobs (due_at);

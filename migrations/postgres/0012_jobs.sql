-- Work that can wait: whoever wants it adds a row in the transaction that wants it, and a worker does it afterwards.
-- Kept beside ../sqlite/0012_jobs.sql.
create table jobs (
    id         uuid   not null primary key,
    kind       text   not null,
    -- Of what is done again and again there is one row of each kind, which is named here.
    recurring  text   constraint jobs_recurring unique,
    -- What is to be done, sealed: links for new passwords are in it.
    payload    bytea  not null,
    -- When it is due. Who takes it puts that off: nobody else takes it meanwhile, and if the worker dies it is due again.
    due_at     bigint not null,
    -- How often it was taken. Whoever took it before the last time has lost it.
    taken      bigint not null default 0,
    -- How often it failed since it last succeeded.
    failures   bigint not null default 0,
    last_error text
);
create index jobs_due on jobs (due_at);

-- What people do with their own accounts: see where they are signed in, take another email, choose a time zone, leave.
-- Kept beside ../postgres/0018_accounts.sql.

-- From which address a session was begun; empty for older ones.
alter table sessions add column address text not null default '';

-- An IANA name; null where the browser's is taken.
alter table users add column time_zone text;
-- Somebody who has left stays as a row, because entries and money refer to it, without name and email.
alter table users add column deleted_at integer;

-- An email that isn't somebody's yet: the link in the mail to it makes it theirs.
create table email_changes (
    user_id    blob    not null primary key references users (id),
    token_hash blob    not null constraint email_changes_token unique check (length(token_hash) = 32),
    email      text    not null,
    expires_at integer not null
) strict, without rowid;

-- By which what somebody did, and what was done to them, is found when they leave.
create index activity_by_user on activity (user_id) where user_id is not null;
create index activity_by_subject on activity (subject_id);

-- Reports that somebody keeps: what is asked, under a name. One of them may be what they see first under Reports, and one
-- may stand on their first screen. Kept beside ../postgres/0015_saved_reports.sql.
create table saved_reports (
    id         blob    not null primary key,
    user_id    blob    not null references users (id),
    name       text    not null,
    -- What follows the `?` of the report's address.
    address    text    not null,
    is_default integer not null default 0 constraint saved_reports_is_default check (is_default in (0, 1)),
    is_pinned  integer not null default 0 constraint saved_reports_is_pinned check (is_pinned in (0, 1)),
    constraint saved_reports_name unique (user_id, name)
) strict;
create unique index saved_reports_default on saved_reports (user_id) where is_default = 1;
create unique index saved_reports_pinned on saved_reports (user_id) where is_pinned = 1;

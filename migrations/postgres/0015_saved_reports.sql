-- Reports that somebody keeps: what is asked, under a name. One of them may be what they see first under Reports, and one
-- may stand on their first screen. Kept beside ../sqlite/0015_saved_reports.sql.
create table saved_reports (
    id         uuid    not null primary key,
    user_id    uuid    not null references users (id),
    name       text    not null,
    -- What follows the `?` of the report's address.
    address    text    not null,
    is_default boolean not null default false,
    is_pinned  boolean not null default false,
    constraint saved_reports_name unique (user_id, name)
);
create unique index saved_reports_default on saved_reports (user_id) where is_default;
create unique index saved_reports_pinned on saved_reports (user_id) where is_pinned;

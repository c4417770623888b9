-- Until when somebody has read what others did that concerns them, in milliseconds since 1970 UTC.
-- Kept beside ../sqlite/0019_news.sql.
alter table users add column news_read_at bigint not null default 0;

-- Until when somebody has read what others did that concerns them, in milliseconds since 1970 UTC.
-- Kept beside ../postgres/0019_news.sql.
alter table users add column news_read_at integer not null default 0;

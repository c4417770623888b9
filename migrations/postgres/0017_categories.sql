-- On which shelf of the marketplace an offer stands. An admin sees it change like everything else of an approved offer.
-- Kept beside ../sqlite/0017_categories.sql.

-- A word, or empty where the partner has chosen none.
alter table offers add column category text not null default '';
alter table offer_changes add column category_before text not null default '';
alter table offer_changes add column category_after text not null default '';

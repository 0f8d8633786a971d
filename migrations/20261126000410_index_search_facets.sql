-- Search over a million editions: rare languages and bindings, exact titles without their
-- article, and no index over trigrams of titles, which nothing asks any more.
create index work_search_facets on work_search using gin (languages, formats) where copies > 0;
create index work_search_sort_key on work_search (sort_key);
drop index work_search_title_trgm;
drop index works_title_trgm;

-- Suggestions while typing.
create index series_title_trgm on series using gin (title_key gin_trgm_ops);
create index users_handle_begins on users (lower(handle) text_pattern_ops);
create index users_name_begins on users (lower(display_name) text_pattern_ops);

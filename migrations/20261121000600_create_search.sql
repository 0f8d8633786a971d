-- One row per work with everything browse and search filter, sort and show.
create text search configuration dogear (copy = simple);
alter text search configuration dogear
  alter mapping for hword, hword_part, word with unaccent, simple;

create table work_search (
  work_id bigint primary key references works on delete cascade,
  title text not null,
  author_line text not null,
  slug text not null,
  title_key text not null,
  sort_key text not null,
  genre text,
  languages text[] not null default '{}',
  formats text[] not null default '{}',
  isbns text[] not null default '{}',
  -- Facts about the copies that can be asked for now.
  copies int not null default 0,
  best_grade smallint,
  grades smallint[] not null default '{}',
  places text[] not null default '{}',
  newest_at timestamptz,
  first_year int,
  doc tsvector not null
);
create index work_search_doc on work_search using gin (doc);
create index work_search_title_trgm on work_search using gin (title_key gin_trgm_ops);
create index work_search_title on work_search (title_key text_pattern_ops);
create index work_search_newest on work_search (newest_at desc, work_id desc) where copies > 0;
create index work_search_sort on work_search (sort_key collate "C", work_id) where copies > 0;
create index work_search_isbns on work_search using gin (isbns);

-- Distinct words of titles and authors, for typing errors.
create table search_words (
  word text primary key,
  uses int not null default 1
);
create index search_words_trgm on search_words using gin (word gin_trgm_ops);

-- One row per work with everything browse and search filter, sort and show.
create text search configuration dogear (copy = simple);
alter text search configuration dogear
  alter mapping for hword, hword_part, word with unaccent, simple;

-- The form in which places and words are compared: no case, accents or punctuation.
create function folded(input text) returns text
language sql stable strict parallel safe as $$
  select btrim(regexp_replace(lower(unaccent(input)), '[^[:alnum:]]+', ' ', 'g'))
$$;

create table work_search (
  work_id bigint primary key references works on delete cascade,
  title text not null,
  author_line text not null,
  slug text not null,
  -- Of the work; marks the title up for screen readers.
  language text not null default '',
  title_key text not null,
  -- The title key without an article in front.
  sort_key text not null,
  genre text,
  -- Of the available copies; of all editions when there is none.
  languages text[] not null default '{}',
  formats text[] not null default '{}',
  -- Facts about the copies that can be asked for now.
  copies int not null default 0,
  best_grade smallint,
  grades smallint[] not null default '{}',
  -- Folded towns and regions of their owners.
  places text[] not null default '{}',
  newest_at timestamptz,
  first_year int,
  doc tsvector not null
);
create index work_search_doc on work_search using gin (doc) with (fastupdate = off);
create index work_search_places on work_search using gin (places) where copies > 0;
create index work_search_title_trgm on work_search using gin (title_key gin_trgm_ops);
create index work_search_title on work_search (title_key text_pattern_ops);
create index work_search_newest on work_search (newest_at desc, work_id desc) where copies > 0;
create index work_search_newest_all on work_search (newest_at desc nulls last, work_id desc);
create index work_search_sort on work_search (sort_key collate "C", work_id) where copies > 0;
create index work_search_copies on work_search (copies desc, work_id desc) where copies > 0;
create index work_search_genre on work_search (genre, newest_at desc, work_id desc) where copies > 0;

-- Distinct folded words of titles and authors, for typing errors.
create table search_words (
  word text collate "C" primary key
);
create index search_words_trgm on search_words using gin (word gin_trgm_ops);

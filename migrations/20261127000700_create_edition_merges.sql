-- Editions of one work that moderators found to be one. As with works, the dropped one's row
-- is gone; what it was, and what moved, is kept here, so that a merge can be taken back.
create table edition_merges (
  id bigint generated always as identity primary key,
  -- No reference: it is not there while the merge stands.
  dropped_id bigint not null,
  -- No reference: it may be dropped by a later merge.
  kept_id bigint not null,
  moderator_id bigint not null references users,
  snapshot jsonb not null,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by bigint references users,
  constraint edition_merges_two check (dropped_id <> kept_id),
  constraint edition_merges_undone check ((undone_at is null) = (undone_by is null))
);
create unique index edition_merges_dropped on edition_merges (dropped_id) where undone_at is null;

-- ISBNs of dropped editions, while the kept one has another: they still lead to it.
create table merged_isbns (
  isbn13 char(13) primary key,
  edition_id bigint not null references editions,
  constraint merged_isbns_right check (isbn13_is_right(isbn13))
);
create index merged_isbns_edition on merged_isbns (edition_id);

-- The edition that stands where `edition` stood; null when there is none.
create function merged_edition(edition bigint) returns bigint language sql stable as $$
  with recursive chain (id) as (
    select edition
    union
    select m.kept_id from chain join edition_merges m on m.dropped_id = chain.id and m.undone_at is null
  )
  select e.id from chain join editions e on e.id = chain.id limit 1
$$;

-- The edition with this ISBN, or the one into which an edition with it was merged.
create function isbn_edition(isbn bpchar) returns bigint language sql stable as $$
  select coalesce((select id from editions where isbn13 = isbn),
                  (select edition_id from merged_isbns where isbn13 = isbn))
$$;

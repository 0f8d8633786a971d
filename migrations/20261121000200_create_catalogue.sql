-- Works, editions, authors, series; copies that readers own.
create table authors (
  id bigint generated always as identity primary key,
  name text not null,
  sort_name text not null,
  name_key text not null,
  constraint authors_name_key unique (name_key)
);
create index authors_name_trgm on authors using gin (name_key gin_trgm_ops);

create table series (
  id bigint generated always as identity primary key,
  title text not null,
  title_key text not null,
  constraint series_title_key unique (title_key)
);

create table genres (
  slug text primary key,
  name text not null,
  position int not null
);

create table works (
  id bigint generated always as identity primary key,
  title text not null,
  subtitle text not null default '',
  -- Folded title: lower case, no accents; for exact and prefix look-ups.
  title_key text not null,
  slug text not null,
  language text not null default '',
  first_year int,
  description text not null default '',
  genre text references genres,
  series_id bigint references series,
  series_position numeric(6, 2),
  -- "Author One, Author Two": kept beside the links for lists and covers.
  author_line text not null default '',
  author_key text not null default '',
  created_by bigint references users,
  created_at timestamptz not null default now(),
  constraint works_year_sane check (first_year between -3000 and 2100)
);
create index works_title_key on works (title_key text_pattern_ops);
create index works_title_trgm on works using gin (title_key gin_trgm_ops);
create index works_series on works (series_id, series_position) where series_id is not null;
create index works_identity on works (title_key, author_key);

create table work_authors (
  work_id bigint not null references works on delete cascade,
  author_id bigint not null references authors,
  position smallint not null default 1,
  role text not null default 'author',
  primary key (work_id, author_id)
);
create index work_authors_author on work_authors (author_id, work_id);

create function isbn13_is_right(isbn text) returns boolean
language sql immutable strict parallel safe as $$
  select isbn ~ '^97[89][0-9]{10}$' and (
    select sum(substr(isbn, i, 1)::int * case when i % 2 = 1 then 1 else 3 end) % 10 = 0
    from generate_series(1, 13) as i
  )
$$;

create table editions (
  id bigint generated always as identity primary key,
  work_id bigint not null references works,
  isbn13 char(13),
  -- The edition's own title when it differs from the work's.
  title text not null default '',
  format text not null default 'unknown',
  publisher text not null default '',
  year int,
  pages int,
  language text not null default '',
  created_by bigint references users,
  created_at timestamptz not null default now(),
  constraint editions_isbn13 unique (isbn13),
  constraint editions_isbn13_right check (isbn13 is null or isbn13_is_right(isbn13)),
  constraint editions_format_known check (format in ('paperback', 'hardback', 'mass-market', 'large-print', 'audio', 'other', 'unknown')),
  constraint editions_year_sane check (year between 1000 and 2100),
  constraint editions_pages_sane check (pages between 1 and 100000)
);
create index editions_work on editions (work_id);

create table copies (
  id bigint generated always as identity primary key,
  edition_id bigint not null references editions,
  work_id bigint not null references works,
  owner_id bigint not null references users,
  grade smallint not null,
  defects text[] not null default '{}',
  note text not null default '',
  state text not null default 'owned',
  -- Raised whenever grade, defects, note or photos change; a proposal remembers it.
  terms_version int not null default 1,
  listed_at timestamptz,
  hidden_at timestamptz,
  hidden_reason text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint copies_grade_known check (grade between 1 and 6),
  constraint copies_ex_library check (not ('ex-library' = any (defects) and grade > 4)),
  constraint copies_note_short check (char_length(note) <= 500),
  constraint copies_state_known check (state in ('owned', 'listed', 'archived', 'deleted')),
  constraint copies_listed_at check ((state = 'listed') = (listed_at is not null))
);
create index copies_owner on copies (owner_id, state, id desc);
create index copies_work_listed on copies (work_id) where state = 'listed' and hidden_at is null;
create index copies_newest_listed on copies (listed_at desc, id desc) where state = 'listed' and hidden_at is null;
create index copies_edition on copies (edition_id);

create table copy_photos (
  id bigint generated always as identity primary key,
  copy_id bigint not null references copies on delete cascade,
  -- Random; the name of the stored object.
  key uuid not null,
  width int not null,
  height int not null,
  bytes int not null,
  position smallint not null default 1,
  created_at timestamptz not null default now(),
  constraint copy_photos_key unique (key)
);
create index copy_photos_copy on copy_photos (copy_id, position, id);

-- Who owned a copy, in order; replaying it gives the present owner.
create table copy_history (
  id bigint generated always as identity primary key,
  copy_id bigint not null references copies on delete cascade,
  from_user bigint references users,
  to_user bigint not null references users,
  kind text not null,
  leg_id bigint,
  city text not null default '',
  at timestamptz not null default now(),
  constraint copy_history_kind_known check (kind in ('added', 'trade')),
  constraint copy_history_once unique (leg_id, copy_id)
);
create index copy_history_copy on copy_history (copy_id, id);

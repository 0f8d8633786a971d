-- Bulk imports of catalogue data: where one stands, where records came from, and
-- the tables in which records wait before they are merged.
create table catalogue_imports (
  id bigint generated always as identity primary key,
  -- The files and options: the same import started again goes on where it stopped.
  fingerprint text not null,
  step text not null default 'read',
  counts jsonb not null default '{}',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint catalogue_imports_step_known check (step in ('read', 'authors', 'works', 'editions', 'search', 'done')),
  constraint catalogue_imports_done check ((step = 'done') = (finished_at is not null))
);
create unique index catalogue_imports_open on catalogue_imports ((true)) where finished_at is null;

create table catalogue_import_files (
  import_id bigint not null references catalogue_imports on delete cascade,
  position smallint not null,
  path text not null,
  -- Lines or records of it that are staged.
  read bigint not null default 0,
  finished boolean not null default false,
  primary key (import_id, position)
);

-- Provenance: which record of which source an author, a work or an edition came from.
create table author_sources (
  source text not null,
  key text not null,
  author_id bigint not null references authors on delete cascade,
  primary key (source, key)
);
create index author_sources_author on author_sources (author_id);
create table work_sources (
  source text not null,
  key text not null,
  work_id bigint not null references works on delete cascade,
  primary key (source, key)
);
create index work_sources_work on work_sources (work_id);
create table edition_sources (
  source text not null,
  key text not null,
  edition_id bigint not null references editions on delete cascade,
  primary key (source, key)
);
create index edition_sources_edition on edition_sources (edition_id);

-- Not logged: after a crash of the database they are empty, and the files are read again.
create unlogged table staged_authors (
  key text not null,
  name text not null,
  sort_name text not null,
  name_key text not null
);
create unlogged table staged_redirects (
  from_key text not null,
  to_key text not null
);
create unlogged table staged_works (
  key text not null,
  title text not null,
  subtitle text not null,
  title_key text not null,
  slug text not null,
  language text not null,
  first_year int,
  description text not null,
  genre text,
  -- Keys of authors in the source.
  authors text[] not null
);
create unlogged table staged_editions (
  key text not null,
  work_key text not null,
  isbn13 char(13),
  title text not null,
  format text not null,
  publisher text not null,
  year int,
  pages int,
  language text not null
);
-- Where each staged work went.
create unlogged table resolved_works (
  key text primary key,
  work_id bigint not null,
  created boolean not null
);

-- Imports of readers' shelves from files: what was chosen, where one stands, and its rows.
create table shelf_imports (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  file_name text not null,
  source text not null,
  state text not null default 'checking',
  headers text[] not null,
  -- Which column says what, for tables that are not recognised: field to columns, from 0.
  columns jsonb not null,
  -- The shelves of the file that are imported.
  shelves text[] not null,
  -- For copies of which the file does not say it.
  grade smallint not null,
  offer text not null,
  -- Also books that are on the shelf already.
  seconds boolean not null default false,
  -- Raised by everything that gives the job something else to do.
  round int not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  constraint shelf_imports_state_known check (state in ('checking', 'ready', 'running', 'stopped', 'done', 'undoing', 'undone')),
  constraint shelf_imports_offer_known check (offer in ('keep', 'trade', 'file')),
  constraint shelf_imports_grade_known check (grade between 1 and 6)
);
create index shelf_imports_user on shelf_imports (user_id, id desc);
create index shelf_imports_age on shelf_imports (created_at);

create table shelf_import_rows (
  import_id bigint not null references shelf_imports on delete cascade,
  -- The row of the table, from 1.
  number int not null,
  -- As they stood in the file, while other columns may be chosen.
  cells text[],
  -- What the row says.
  entry jsonb not null,
  shelf text not null,
  -- The earlier row that says the same.
  repeats int,
  outcome text not null default 'unchecked',
  reason text not null default '',
  edition_id bigint references editions on delete set null,
  -- The work is known, the edition is found or made when the copy is.
  work_id bigint references works on delete set null,
  -- Editions to choose from.
  candidates bigint[] not null default '{}',
  -- Another copy of a book that is there already is meant.
  second boolean not null default false,
  copy_id bigint references copies on delete set null,
  primary key (import_id, number),
  constraint shelf_import_rows_outcome_known check (outcome in ('unchecked', 'new', 'enter', 'duplicate', 'doubtful',
    'unusable', 'skipped', 'added', 'failed', 'removed', 'kept'))
);
create index shelf_import_rows_outcome on shelf_import_rows (import_id, outcome, number);
create index shelf_import_rows_edition on shelf_import_rows (edition_id) where edition_id is not null;
create index shelf_import_rows_work on shelf_import_rows (work_id) where work_id is not null;
create index shelf_import_rows_copy on shelf_import_rows (copy_id) where copy_id is not null;

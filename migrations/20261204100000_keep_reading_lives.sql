-- What readers read, and what they think of it: private to each of them, unless they say otherwise.

-- Once that somebody read a book, or tried to. It stays when the copy leaves.
create table readings (
  id bigint generated always as identity primary key,
  user_id bigint not null references users(id),
  work_id bigint not null references works(id),
  edition_id bigint references editions(id) on delete set null,
  copy_id bigint references copies(id) on delete set null,
  -- The first day of what is known: of a year it is 1 January.
  started_on date,
  started_precision text constraint readings_started_precision_known
    check (started_precision in ('day', 'month', 'year')),
  ended_on date,
  ended_precision text constraint readings_ended_precision_known
    check (ended_precision in ('day', 'month', 'year')),
  -- None while it goes on.
  ending text constraint readings_ending_known check (ending in ('finished', 'stopped')),
  paused_at timestamptz,
  progress integer,
  -- Pages of the book; 100 where progress is in percent.
  total integer,
  unit text constraint readings_unit_known check (unit in ('page', 'percent')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint readings_start_whole check ((started_on is null) = (started_precision is null)),
  constraint readings_end_whole check ((ended_on is null) = (ended_precision is null)),
  constraint readings_end_when_over check (ending is not null or ended_on is null),
  constraint readings_paused_while_open check (ending is null or paused_at is null),
  -- The last day on which it may have ended is not before the first on which it may have begun.
  constraint readings_end_after_start check (
    ended_on + case ended_precision when 'day' then interval '1 day' when 'month' then interval '1 month'
      else interval '1 year' end > started_on),
  constraint readings_progress_whole check ((progress is null) = (unit is null)),
  constraint readings_progress_sane check (progress between 0 and 100000 and (total is null or progress <= total)),
  constraint readings_total_sane check (total between 1 and 100000),
  constraint readings_percent_of_hundred check (unit <> 'percent' or total = 100)
);

-- Somebody reads a book once at a time.
create unique index readings_one_open on readings (user_id, work_id) where ending is null;
create index readings_reader on readings (user_id, ended_on desc);
create index readings_entry on readings (user_id, work_id, id);
create index readings_work on readings (work_id);
create index readings_edition on readings (edition_id) where edition_id is not null;
create index readings_copy on readings (copy_id) where copy_id is not null;

-- What a book is to a reader.
create table reader_books (
  user_id bigint not null references users(id),
  work_id bigint not null references works(id),
  wanted_at timestamptz,
  -- Follows from readings and wanted_at, in the transaction that changes them.
  status text constraint reader_books_status_known check (status in ('want', 'reading', 'paused', 'read', 'stopped')),
  times_read integer not null default 0 constraint reader_books_times_sane check (times_read >= 0),
  -- Quarters of a star: 1 is ¼, 20 is five stars. None is no rating.
  rating smallint constraint reader_books_rating_sane check (rating between 1 and 20),
  rated_at timestamptz,
  -- For its reader alone.
  private_note text not null default '' constraint reader_books_note_short check (char_length(private_note) <= 4000),
  -- None is as the reader has it for all books.
  visibility text constraint reader_books_visibility_known check (visibility in ('private', 'public')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (user_id, work_id),
  constraint reader_books_rated_when check ((rating is null) = (rated_at is null))
);

create index reader_books_status on reader_books (user_id, status, updated_at desc, work_id desc);
create index reader_books_newest on reader_books (user_id, updated_at desc, work_id desc);
create index reader_books_work on reader_books (work_id) where rating is not null;

-- What readers make of a book together. One row moves when one of them rates it; each night all are
-- counted anew.
create table work_ratings (
  work_id bigint primary key references works(id) on delete cascade,
  -- How many gave each number of quarters.
  buckets integer[] not null default array_fill(0, array[20])
    constraint work_ratings_twenty check (array_length(buckets, 1) = 20),
  n integer not null default 0 constraint work_ratings_n_sane check (n >= 0),
  -- Of all quarters.
  sum integer not null default 0 constraint work_ratings_sum_sane check (sum between n and 20 * n)
);

create index work_ratings_top on work_ratings ((sum::float8 / n) desc, n desc) where n >= 5;

-- How a reader wants their reading to be seen, and what they set out to read.
create table library_settings (
  user_id bigint primary key references users(id),
  is_public boolean not null default false
);

create table reading_goals (
  user_id bigint not null references users(id),
  year integer not null constraint reading_goals_year_sane check (year between 1900 and 2200),
  books integer not null constraint reading_goals_books_sane check (books between 1 and 10000),
  primary key (user_id, year)
);

-- Whether the ratings of a reader count: not of whoever is suspended or has left.
create function ratings_count(reader bigint) returns boolean
  language sql stable parallel safe as $$
    select exists (select from users u where u.id = reader and u.status in ('active', 'closing'))
$$;

-- Whether others may see what a book is to a reader.
create function shows_reading(book reader_books) returns boolean
  language sql stable parallel safe as $$
    select coalesce(book.visibility = 'public',
      (select s.is_public from library_settings s where s.user_id = book.user_id), false)
$$;

-- Where a book stands in somebody's reading: what goes on counts most, then how it ended last, then
-- the wish. A reading whose end is not dated is older than any that is.
create function reading_status(reader bigint, book bigint, wanted timestamptz) returns text
  language sql stable parallel safe as $$
    select coalesce(
      (select case when r.paused_at is null then 'reading' else 'paused' end
       from readings r where r.user_id = reader and r.work_id = book and r.ending is null),
      (select case r.ending when 'finished' then 'read' else 'stopped' end
       from readings r where r.user_id = reader and r.work_id = book and r.ending is not null
       order by r.ended_on desc nulls last, r.id desc limit 1),
      case when wanted is not null then 'want' end)
$$;

-- Takes one rating of a book away and counts another; none is none.
create function move_rating(book bigint, old smallint, new smallint) returns void language sql as $$
  insert into work_ratings (work_id) values (book) on conflict do nothing;
  update work_ratings set
    n = n + (new is not null)::int - (old is not null)::int,
    sum = sum + coalesce(new, 0) - coalesce(old, 0),
    buckets = (select array_agg(b + coalesce((i = new)::int, 0) - coalesce((i = old)::int, 0) order by i)
               from unnest(buckets) with ordinality u(b, i))
  where work_id = book;
$$;

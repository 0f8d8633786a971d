-- What a reader has scanned since they last finished: copies that were added, and ISBNs that
-- wait for a title or for an answer.
create table scans (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  isbn13 char(13) not null,
  -- The copy that was added; none while it waits.
  copy_id bigint references copies on delete cascade,
  scanned_at timestamptz not null default clock_timestamp(),
  constraint scans_isbn check (isbn13 ~ '^97[89][0-9]{10}$')
);
create index scans_newest on scans (user_id, scanned_at desc);
-- A code that is read again while it waits is the same question, not another one.
create unique index scans_waiting on scans (user_id, isbn13) where copy_id is null;
create unique index scans_copy on scans (copy_id);

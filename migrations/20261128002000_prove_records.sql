-- What the last look at the site's own records found: the chain of the audit log, and what is
-- true of all trades. One row.
create table record_checks (
  only_row boolean primary key default true,
  checked_at timestamptz not null,
  -- Entries of the audit log that were read: they never become fewer.
  entries bigint not null,
  findings text[] not null,
  constraint record_checks_one_row check (only_row)
);

-- Since when somebody wants a schedule to run at once.
alter table schedules add column asked_at timestamptz;

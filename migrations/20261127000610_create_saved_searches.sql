-- Questions that readers come back to, and want to hear of.
create table saved_searches (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  -- As in the address of the browse page, in its one normal form.
  query text not null,
  -- Whether the reader is told of new copies.
  alert boolean not null default true,
  created_at timestamptz not null default now(),
  -- Copies listed after this are new.
  seen_at timestamptz not null default now(),
  constraint saved_searches_once unique (user_id, query),
  constraint saved_searches_short check (char_length(query) <= 4000)
);
create index saved_searches_alert on saved_searches (seen_at) where alert;

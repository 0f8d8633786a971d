-- Seats in the Google Calendar of their guest.

-- Who has allowed us to write into their calendar.
create table google_connections (
  user_id bigint primary key references users,
  -- Names the permission. What is sealed is bound to it.
  grant_id uuid not null,
  -- Sealed with the key of the site. None since Google does not take it any more.
  refresh_token bytea,
  connected_at timestamptz not null,
  -- When Google did not take it any more.
  ended_at timestamptz,
  -- When Google last took an entry.
  synced_at timestamptz,
  -- Google wants to be left alone until then.
  not_before timestamptz,
  constraint google_connections_token_while_live check ((ended_at is null) = (refresh_token is not null))
);

-- An entry of theirs. It may outlive the seats, which is why it does not refer to them.
create table google_entries (
  booking_id bigint primary key,
  user_id bigint not null references users,
  -- By which permission it is written.
  grant_id uuid not null,
  -- Raised whenever something has changed. Google has what was so at `done`.
  wanted bigint not null default 1,
  done bigint not null default 0,
  -- It was tried in vain for the last time.
  failed boolean not null default false,
  -- Its name at Google, from before it is first sent until it is known to be gone.
  event_id text,
  -- Google has said that it has it.
  is_there boolean not null default false,
  -- What was sent, as a fingerprint.
  sent text not null default '',
  -- When that was read here.
  read_at timestamptz,
  ends_at timestamptz,
  -- The job that works on it, and until when nobody else does.
  taken_by bigint,
  taken_until timestamptz,
  constraint google_entries_done_is_wanted check (done <= wanted)
);
create index google_entries_of_user on google_entries (user_id);

-- Permissions that are being given back. Nobody's any more when their member has left.
create table google_farewells (
  grant_id uuid primary key,
  user_id bigint references users,
  refresh_token bytea not null,
  -- The entries that are taken out before.
  event_ids text[] not null,
  since timestamptz not null
);
create index google_farewells_of_user on google_farewells (user_id);

-- What was made for one way to Google and back, as a hash, so that it is gone only once.
create table google_ways (
  hash bytea primary key,
  used_at timestamptz not null
);

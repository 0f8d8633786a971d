-- Readers, their sessions and single-use tokens.
create extension if not exists citext;
create extension if not exists unaccent;
create extension if not exists pg_trgm;

create table users (
  id bigint generated always as identity primary key,
  handle text not null,
  -- The folded form (case, Unicode, look-alikes): what makes a handle unique.
  handle_key text not null,
  email text not null,
  email_key text not null,
  email_verified_at timestamptz,
  password_hash text not null,
  display_name text not null,
  city text not null default '',
  region text not null default '',
  country text not null default '',
  about text not null default '',
  time_zone text not null default 'Europe/London',
  role text not null default 'member',
  status text not null default 'active',
  suspended_until timestamptz,
  suspension_reason text not null default '',
  -- Copied into each session; raising it ends every older session at once, with or without Redis.
  auth_version int not null default 1,
  away_until timestamptz,
  trades_completed int not null default 0,
  replies int not null default 0,
  reply_seconds bigint not null default 0,
  parcels_sent int not null default 0,
  parcels_on_time int not null default 0,
  created_at timestamptz not null default now(),
  deletion_requested_at timestamptz,
  deleted_at timestamptz,
  constraint users_handle_key unique (handle_key),
  constraint users_email_key unique (email_key),
  constraint users_role_known check (role in ('member', 'moderator', 'admin')),
  constraint users_status_known check (status in ('active', 'suspended', 'closing', 'deleted'))
);
create index users_staff on users (role) where role <> 'member';

create table blocks (
  blocker_id bigint not null references users,
  blocked_id bigint not null references users,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id),
  constraint blocks_not_self check (blocker_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id);

create table auth_tokens (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  kind text not null,
  token_sha256 bytea not null,
  -- The address to be confirmed: the new one when it changes.
  email text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint auth_tokens_token unique (token_sha256),
  constraint auth_tokens_kind_known check (kind in ('verify', 'reset', 'email_change'))
);
create index auth_tokens_open on auth_tokens (user_id, kind) where used_at is null;

-- One row per signed-in browser. The session record itself lives in Redis; a
-- session counts only while its row here is live, so ending it needs no Redis.
create table user_sessions (
  id uuid primary key,
  user_id bigint not null references users,
  auth_version int not null,
  user_agent text not null default '',
  ip text not null default '',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  ended_at timestamptz
);
create index user_sessions_live on user_sessions (user_id) where ended_at is null;

create table notification_prefs (
  user_id bigint not null references users,
  kind text not null,
  in_app boolean not null,
  mail boolean not null,
  primary key (user_id, kind)
);

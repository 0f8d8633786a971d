-- Work to be done after a commit, notifications, mail.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  payload jsonb not null,
  dedupe_key text not null,
  state text not null default 'ready',
  run_at timestamptz not null default now(),
  -- When the relay last put the id on the Redis queue; null again after a failed attempt.
  queued_at timestamptz,
  attempts int not null default 0,
  max_attempts int not null,
  lease_until timestamptz,
  last_error text not null default '',
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint outbox_dedupe unique (dedupe_key),
  constraint outbox_state_known check (state in ('ready', 'running', 'done', 'dead', 'discarded'))
);
create index outbox_open on outbox (run_at, id) where state in ('ready', 'running');
create index outbox_state on outbox (state, id desc);
create index outbox_done on outbox (done_at) where state in ('done', 'discarded');

-- When a schedule last ran; the lease makes one process the leader for it.
create table schedules (
  name text primary key,
  last_run_at timestamptz,
  lease_until timestamptz,
  last_error text not null default ''
);

create table notifications (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  kind text not null,
  trade_id bigint references trades,
  -- What the sentence needs (names, titles), as it was.
  data jsonb not null default '{}',
  dedupe_key text not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  constraint notifications_dedupe unique (dedupe_key)
);
create index notifications_user on notifications (user_id, id desc);
create index notifications_unread on notifications (user_id) where read_at is null;

create table mails (
  id bigint generated always as identity primary key,
  -- Null when the address belongs to nobody here.
  user_id bigint references users,
  to_address text not null,
  kind text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  -- The left half of the Message-ID. Fixed before the first attempt, so that a
  -- repeated delivery can be recognised.
  message_id uuid not null,
  dedupe_key text not null,
  state text not null default 'queued',
  attempts int not null default 0,
  -- How often the connection broke before the server's answer: it may have been delivered.
  uncertain int not null default 0,
  last_error text not null default '',
  -- Not worth sending after this: the link in it no longer works.
  not_after timestamptz,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint mails_message_id unique (message_id),
  constraint mails_dedupe unique (dedupe_key),
  constraint mails_state_known check (state in ('queued', 'sending', 'sent', 'failed', 'dropped'))
);
create index mails_newest on mails (id desc);
create index mails_user on mails (user_id, id desc);

create table idempotency_keys (
  -- 0 for somebody who is not signed in.
  user_id bigint not null,
  key uuid not null,
  request_hash bytea not null,
  outcome jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

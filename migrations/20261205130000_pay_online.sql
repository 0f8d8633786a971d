-- A sale by post can be paid at a payment service, where the money goes to the seller at once.
alter table payments drop constraint payments_method_known;
alter table payments add constraint payments_method_known check (method in ('in_person', 'online')) not valid;
alter table payments drop constraint payments_state_known;
alter table payments add constraint payments_state_known check (
  state in ('due', 'processing', 'paid', 'refunded', 'void')) not valid;

-- The account at the payment service into which a member is paid, by the service's name for it.
-- Nothing of what the member tells the service is kept.
create table payment_accounts (
  user_id bigint primary key references users,
  -- The same for each time that it is asked for, so that only one is made.
  id uuid not null,
  provider text not null,
  ref text,
  -- The service says that money can be paid into it.
  ready boolean not null default false,
  -- Where the member tells the service who they are: used up at once, and good for minutes.
  link text,
  link_at timestamptz,
  created_at timestamptz not null default now(),
  constraint payment_accounts_ready check (ref is not null or not ready),
  constraint payment_accounts_link check ((link is null) = (link_at is null))
);
create unique index payment_accounts_ref on payment_accounts (provider, ref);

-- A buyer's way to the payment service. It is written down before the service is asked.
create table payment_attempts (
  id uuid primary key,
  trade_id bigint not null references payments,
  provider text not null,
  -- The account of the seller, as it was then.
  account_ref text not null,
  amount_minor bigint not null,
  currency text not null,
  -- The page of the service, and where it is while it can be paid there.
  ref text,
  link text,
  -- What was paid, as the service says.
  payment_ref text,
  paid_minor bigint,
  paid_currency text,
  -- open: not known yet. paid: it counts for the sale. returned: it came when it could not count, and
  -- is given back. ended: nothing was paid. review: another amount came; the desk decides.
  state text not null default 'open',
  expires_at timestamptz not null,
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  constraint payment_attempts_state_known check (state in ('open', 'review', 'paid', 'returned', 'ended')),
  constraint payment_attempts_amount check (amount_minor > 0),
  constraint payment_attempts_paid check (
    (state in ('review', 'paid', 'returned')) = (payment_ref is not null and paid_minor is not null and paid_currency is not null)),
  constraint payment_attempts_closed check ((closed_at is null) = (state in ('open', 'review'))),
  constraint payment_attempts_link check (link is null or state = 'open')
);
-- A buyer pays once at a time.
create unique index payment_attempts_live on payment_attempts (trade_id) where state in ('open', 'review');
create index payment_attempts_trade on payment_attempts (trade_id);
create unique index payment_attempts_ref on payment_attempts (provider, ref);
create index payment_attempts_payment on payment_attempts (payment_ref);

-- What is given back of an attempt: once, and all of it.
create table refunds (
  id uuid primary key,
  attempt_id uuid not null references payment_attempts,
  amount_minor bigint not null,
  currency text not null,
  -- wanted: the service is to do it. failed: it says that it cannot.
  state text not null default 'wanted',
  problem text not null default '',
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint refunds_attempt unique (attempt_id),
  constraint refunds_amount check (amount_minor > 0),
  constraint refunds_state_known check (state in ('wanted', 'done', 'failed')),
  constraint refunds_done check ((done_at is not null) = (state = 'done'))
);
create index refunds_open on refunds (created_at) where state <> 'done';

-- What the service has told by itself: that it was told, and about what. What it said is asked for.
create table payment_events (
  provider text not null,
  event text not null,
  kind text not null,
  ref text not null,
  -- Whether it is about something of ours; not known before it was looked at.
  known boolean,
  received_at timestamptz not null default now(),
  constraint payment_events_pkey primary key (provider, event)
);
create index payment_events_received on payment_events (received_at);

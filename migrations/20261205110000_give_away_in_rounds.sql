-- Copies that their owners give away to one of those who ask: by lot, or to whoever comes first.
create table give_rounds (
  id bigint generated always as identity primary key,
  copy_id bigint not null references copies,
  owner_id bigint not null references users,
  mode text not null,
  state text not null default 'open',
  opened_at timestamptz not null default now(),
  -- Until when readers can ask.
  closes_at timestamptz not null,
  -- Of a draw: what its order is made of, told to nobody before, and its hash, which is told from
  -- the beginning.
  seed bytea,
  seed_hash bytea,
  drawn_at timestamptz,
  offered_to bigint references users,
  offer_until timestamptz,
  -- The gift that it has come to.
  trade_id bigint references trades,
  ended_at timestamptz,
  constraint give_rounds_mode_known check (mode in ('draw', 'queue')),
  constraint give_rounds_state_known check (state in ('open', 'offered', 'taken', 'unclaimed', 'closed')),
  constraint give_rounds_draw_has_seed check (
    (mode = 'draw') = (seed is not null) and (seed is null) = (seed_hash is null)),
  constraint give_rounds_offered_to_somebody check (
    (state = 'offered') = (offered_to is not null) and (offered_to is null) = (offer_until is null)),
  constraint give_rounds_taken_by_trade check ((state = 'taken') = (trade_id is not null)),
  constraint give_rounds_ended check ((state in ('open', 'offered')) = (ended_at is null)),
  constraint give_rounds_drawn_before_offered check (
    mode = 'queue' or state not in ('offered', 'taken') or drawn_at is not null)
);
create unique index give_rounds_one_live on give_rounds (copy_id) where state in ('open', 'offered');
create unique index give_rounds_trade on give_rounds (trade_id) where trade_id is not null;
create index give_rounds_copy on give_rounds (copy_id, id);
create index give_rounds_owner on give_rounds (owner_id, id);
create index give_rounds_closing on give_rounds (closes_at) where state = 'open';
create index give_rounds_offered on give_rounds (offer_until) where state = 'offered';
create index give_rounds_offered_to on give_rounds (offered_to) where state = 'offered';
create index give_rounds_ended on give_rounds (ended_at) where ended_at is not null;

create table give_asks (
  round_id bigint not null references give_rounds,
  user_id bigint not null references users,
  -- In the order in which they asked.
  number bigint generated always as identity,
  asked_at timestamptz not null default now(),
  state text not null default 'waiting',
  -- Had no gift lately when it was drawn.
  favoured boolean not null default false,
  -- In the order of the draw; none before.
  place integer,
  offered_at timestamptz,
  answered_at timestamptz,
  constraint give_asks_pkey primary key (round_id, user_id),
  constraint give_asks_place_once unique (round_id, place),
  constraint give_asks_state_known check (state in ('waiting', 'offered', 'taken', 'passed', 'silent', 'skipped')),
  constraint give_asks_offered_once check (state not in ('offered', 'taken', 'silent') or offered_at is not null)
);
create unique index give_asks_one_offered on give_asks (round_id) where state in ('offered', 'taken');
create index give_asks_number on give_asks (round_id, number);
create index give_asks_user on give_asks (user_id, round_id);

-- HMAC-SHA256 of `round:reader` with the seed, which is at most a block long, as key: the code of a
-- reader in a draw, as the program makes it.
create function draw_code(seed bytea, round bigint, reader bigint) returns bytea
  language sql immutable parallel safe as $$
  select sha256(outer_pad || sha256(inner_pad || convert_to(round || ':' || reader, 'UTF8')))
  from (
    select string_agg(set_byte('\x00'::bytea, 0, get_byte(block, at) # 54), ''::bytea order by at) as inner_pad,
      string_agg(set_byte('\x00'::bytea, 0, get_byte(block, at) # 92), ''::bytea order by at) as outer_pad
    from (select seed || decode(repeat('00', 64 - length(seed)), 'hex') as block) padded,
      generate_series(0, 63) at
  ) pads
$$;

-- A copy is held for one cause: a trade, because it is out of the house, or a round. The program
-- before this one writes the first two alone, and takes every row for a hold. The table is small.
alter table copy_holds add column round_id bigint;
alter table copy_holds add constraint copy_holds_round_fkey
  foreign key (round_id) references give_rounds not valid;
alter table copy_holds drop constraint copy_holds_one_cause;
alter table copy_holds add constraint copy_holds_one_cause
  check (num_nonnulls(trade_id, outside_loan_id, round_id) = 1) not valid;
create unique index copy_holds_round on copy_holds (round_id);

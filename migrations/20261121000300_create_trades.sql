-- Trades of two to four parties: revisions, legs, events, messages.
create table trades (
  id bigint generated always as identity primary key,
  state text not null,
  opened_by bigint not null references users,
  revision int not null default 1,
  method text not null default 'post',
  reply_due timestamptz,
  -- When the present question was put: the revision, or the last change of its terms.
  asked_at timestamptz not null default now(),
  reminded_at timestamptz,
  agreed_at timestamptz,
  closed_at timestamptz,
  -- Why it ended, in the words of whoever ended it.
  close_reason text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint trades_state_known check (state in ('draft', 'proposed', 'agreed', 'completed', 'declined', 'withdrawn',
    'expired', 'superseded', 'cancelled', 'disputed', 'resolved')),
  constraint trades_method_known check (method in ('post', 'meet')),
  constraint trades_reply_due check ((state = 'proposed') = (reply_due is not null))
);
create index trades_reply_due on trades (reply_due) where state = 'proposed';
create index trades_state on trades (state, id desc);

create table trade_parties (
  trade_id bigint not null references trades,
  user_id bigint not null references users,
  position smallint not null,
  -- The revision this party has accepted; agreed when all name the current one.
  accepted_revision int,
  cancel_requested_at timestamptz,
  -- Where parcels for this party go: encrypted, erased when the trade ends.
  address_sealed bytea,
  primary key (trade_id, user_id)
);
create index trade_parties_user on trade_parties (user_id, trade_id desc);

create table trade_revisions (
  trade_id bigint not null references trades,
  number int not null,
  author_id bigint not null references users,
  method text not null default 'post',
  created_at timestamptz not null default now(),
  primary key (trade_id, number),
  constraint trade_revisions_capped check (number between 1 and 10)
);

create table trade_items (
  trade_id bigint not null,
  revision int not null,
  copy_id bigint not null references copies,
  from_user bigint not null references users,
  to_user bigint not null references users,
  -- The terms this item was proposed under; another version means "terms changed".
  terms_version int not null,
  -- Title, author, grade, defects, note and photos as they stood (again at agreement).
  frozen jsonb not null,
  primary key (trade_id, revision, copy_id),
  foreign key (trade_id, revision) references trade_revisions (trade_id, number),
  constraint trade_items_not_self check (from_user <> to_user)
);
create index trade_items_copy on trade_items (copy_id);

-- What a trade keeps of a copy, so that later edits and owners change nothing in it.
create function freeze_copy(wanted bigint) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'work', w.id, 'slug', w.slug, 'edition', e.id,
    'title', coalesce(nullif(e.title, ''), w.title), 'author', w.author_line,
    'isbn', e.isbn13, 'format', e.format, 'publisher', e.publisher, 'year', e.year,
    'grade', c.grade, 'defects', c.defects, 'note', c.note,
    'photos', (select coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'width', p.width, 'height', p.height)
                 order by p.position, p.id), '[]') from copy_photos p where p.copy_id = c.id))
  from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
  where c.id = wanted
$$;

-- One leg per direction of an agreed trade: a parcel or a hand-over.
create table trade_legs (
  id bigint generated always as identity primary key,
  trade_id bigint not null references trades,
  from_user bigint not null references users,
  to_user bigint not null references users,
  state text not null default 'pending',
  send_due timestamptz not null,
  receive_due timestamptz,
  carrier text not null default '',
  tracking text not null default '',
  sent_at timestamptz,
  received_at timestamptz,
  -- Both fall away when the leg moves on.
  reminded_at timestamptz,
  overdue_told_at timestamptz,
  constraint trade_legs_direction unique (trade_id, from_user, to_user),
  constraint trade_legs_state_known check (state in ('pending', 'sent', 'handed_over', 'received', 'lost'))
);
create index trade_legs_send_due on trade_legs (send_due) where state = 'pending';
create index trade_legs_receive_due on trade_legs (receive_due) where state in ('sent', 'lost');
alter table copy_history add foreign key (leg_id) references trade_legs;

-- At most one live commitment per copy, shared by trades and whatever comes later.
create table copy_holds (
  copy_id bigint primary key references copies,
  trade_id bigint not null references trades,
  created_at timestamptz not null default now()
);
create index copy_holds_trade on copy_holds (trade_id);

-- A copy may come back to a former owner, so its history is unique per leg and
-- not per owner; a moderator's "return" moves it without a leg.
alter table copy_history drop constraint copy_history_kind_known;
alter table copy_history add constraint copy_history_kind_known check (kind in ('added', 'trade', 'returned'));

create table trade_events (
  id bigint generated always as identity primary key,
  trade_id bigint not null references trades,
  seq int not null,
  actor_id bigint references users,
  kind text not null,
  from_state text,
  to_state text not null,
  revision int,
  leg_id bigint references trade_legs,
  data jsonb not null default '{}',
  at timestamptz not null default now(),
  constraint trade_events_seq unique (trade_id, seq)
);

create table trade_messages (
  id bigint generated always as identity primary key,
  trade_id bigint not null references trades,
  author_id bigint not null references users,
  body text not null,
  hidden_at timestamptz,
  created_at timestamptz not null default now(),
  constraint trade_messages_length check (char_length(body) between 1 and 4000)
);
create index trade_messages_trade on trade_messages (trade_id, id);

create table trade_disputes (
  id bigint generated always as identity primary key,
  trade_id bigint not null references trades,
  leg_id bigint references trade_legs,
  opened_by bigint not null references users,
  reason text not null,
  details text not null,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  outcome text,
  -- Why it was settled so, in the moderator's words.
  statement text not null default '',
  constraint trade_disputes_outcome_known check (outcome in ('complete', 'cancel', 'return', 'replace')),
  constraint trade_disputes_closed check ((closed_at is null) = (outcome is null)),
  constraint trade_disputes_reason_known check (reason in ('never_arrived', 'wrong_book', 'not_as_described', 'damaged_in_post'))
);
create unique index trade_disputes_open on trade_disputes (trade_id) where closed_at is null;

-- Policy an admin can change; absent keys take the defaults of the domain.
create table settings (
  key text primary key,
  value jsonb not null,
  changed_by bigint references users,
  changed_at timestamptz not null default now()
);

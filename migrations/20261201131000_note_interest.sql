-- Members who are interested in an event, and whom its moves and new dates are told.
create table event_interests (
  event_id bigint not null references events on delete cascade,
  user_id bigint not null references users,
  -- For the host alone; may be empty.
  note text not null default '',
  created_at timestamptz not null,
  constraint event_interests_pkey primary key (event_id, user_id)
);
create index event_interests_user on event_interests (user_id);

-- What members suggest to correct about books, for moderators to accept with one key.
create table corrections (
  id bigint generated always as identity primary key,
  -- No reference: a work that is merged into another is deleted, and merged_work leads on.
  work_id bigint not null,
  member_id bigint not null references users,
  -- [{edition, field, before, after}]: only what differs, as forms write it.
  changes jsonb not null,
  -- The work it is said to be the same as.
  same_as bigint,
  note text not null default '',
  state text not null default 'open',
  -- The moderator's words to the member.
  reason text not null default '',
  -- Changes that were not made, because the book says something else by now.
  left_out jsonb not null default '[]',
  decided_by bigint references users,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  constraint corrections_state_known check (state in ('open', 'accepted', 'refused', 'withdrawn')),
  constraint corrections_decided check ((state in ('accepted', 'refused')) = (decided_by is not null)),
  constraint corrections_about_something check (state <> 'open' or jsonb_array_length(changes) > 0 or same_as is not null or note <> ''),
  constraint corrections_two check (same_as <> work_id)
);
create unique index corrections_open on corrections (member_id, work_id) where state = 'open';
create index corrections_state on corrections (state, id);
create index corrections_work on corrections (work_id) where state = 'open';

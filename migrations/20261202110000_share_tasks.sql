-- What is to be done for an event, and who does it.
create table event_tasks (
  id bigint generated always as identity primary key,
  event_id bigint not null references events on delete cascade,
  title text not null,
  -- May be empty.
  note text not null,
  -- So many volunteers are looked for.
  wanted int not null,
  -- The last day for it, by the calendar of the place; null: until the event.
  due_day date,
  percent int not null default 0,
  -- When it was done, and who said so; null when that member has left.
  done_at timestamptz,
  done_by bigint references users,
  created_at timestamptz not null,
  constraint event_tasks_wanted check (wanted between 1 and 50),
  constraint event_tasks_percent check (percent between 0 and 100),
  constraint event_tasks_done check ((percent = 100) = (done_at is not null))
);
create index event_tasks_event on event_tasks (event_id, id);
create index event_tasks_done_by on event_tasks (done_by) where done_by is not null;

create table event_task_volunteers (
  task_id bigint not null references event_tasks on delete cascade,
  user_id bigint not null references users,
  -- Declined is who has said no or given it up: they are not asked again.
  state text not null,
  -- By a host: they may do it without a seat.
  was_asked boolean not null,
  since timestamptz not null,
  constraint event_task_volunteers_pkey primary key (task_id, user_id),
  constraint event_task_volunteers_state_known check (state in ('asked', 'doing', 'declined'))
);
create index event_task_volunteers_user on event_task_volunteers (user_id);

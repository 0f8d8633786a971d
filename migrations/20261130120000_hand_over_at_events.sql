-- The date of an event at which the parties of a trade hand their books over. What has become of
-- it stands with the event: a meeting is never out of step with it.
create table trade_meetings (
  trade_id bigint primary key references trades,
  occurrence_id bigint not null references event_occurrences,
  -- The party who has seats there, or is its host, and named it.
  chosen_by bigint not null references users,
  chosen_at timestamptz not null
);
create index trade_meetings_occurrence on trade_meetings (occurrence_id, trade_id);
create index trade_meetings_chosen_by on trade_meetings (chosen_by);

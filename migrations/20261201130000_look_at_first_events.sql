-- The first event of a new host waits for a moderator, and hosts delete what they can restore.
alter table events
  -- Whether a moderator has looked at it before it is published; while it waits it is a draft.
  add column review text not null default 'none',
  -- Why it was sent back, in the moderator's words; may be empty.
  add column review_note text not null default '',
  -- When it was asked for, or when a moderator decided.
  add column reviewed_at timestamptz,
  -- When its host has deleted it. Nobody sees it from then on but the host, who can restore it.
  add column deleted_at timestamptz,
  add constraint events_review_known check (review in ('none', 'waiting', 'sent_back', 'approved')) not valid;

-- How a series went on before all its drafts were deleted, for whoever restores them.
alter table event_series
  add column ended_at timestamptz,
  add column until_before date,
  add column next_day_before date;

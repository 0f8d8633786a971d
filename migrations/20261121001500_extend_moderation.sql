-- What moderators decide, kept so that it can be shown and taken back.
create table moderation_decisions (
  id bigint generated always as identity primary key,
  subject_kind text not null,
  subject_id bigint not null,
  -- Whom it is about.
  accused_id bigint references users,
  moderator_id bigint not null references users,
  verdict text not null,
  -- What the accused was told.
  message text not null default '',
  -- For colleagues only.
  note text not null default '',
  -- Whether this decision took the subject out of sight.
  hid boolean not null default false,
  -- When this decision suspended the accused: their standing before, and the new end.
  standing_before jsonb,
  suspended_until timestamptz,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  constraint moderation_decisions_kind_known check (subject_kind in ('copy', 'member', 'message', 'trade'))
);
create index moderation_decisions_accused on moderation_decisions (accused_id, id desc);
create index moderation_decisions_subject on moderation_decisions (subject_kind, subject_id, id desc);
create index moderation_decisions_moderator on moderation_decisions (moderator_id, id desc);

-- 1 can wait, 5 is looked at first: copied from the reason.
alter table reports add column severity smallint not null default 2;
alter table reports add column decision_id bigint references moderation_decisions;
create index reports_reporter on reports (reporter_id, id desc);
create index reports_accused on reports (accused_id, id desc);
create index reports_decision on reports (decision_id) where decision_id is not null;

create index copies_hidden on copies (hidden_at desc) where hidden_at is not null;
create index users_suspended on users (suspended_until) where status = 'suspended';

-- The weeks of the overview.
create index trades_created on trades (created_at);
create index trades_agreed on trades (agreed_at) where agreed_at is not null;
create index trades_completed on trades (closed_at) where state = 'completed';

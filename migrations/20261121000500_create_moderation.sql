-- Reports by members, and what moderators did.
create table reports (
  id bigint generated always as identity primary key,
  reporter_id bigint not null references users,
  subject_kind text not null,
  subject_id bigint not null,
  -- Whom it is about, found when the report is made.
  accused_id bigint references users,
  reason text not null,
  details text not null default '',
  state text not null default 'open',
  claimed_by bigint references users,
  claimed_at timestamptz,
  decided_by bigint references users,
  decided_at timestamptz,
  decision text not null default '',
  decision_note text not null default '',
  created_at timestamptz not null default now(),
  constraint reports_kind_known check (subject_kind in ('copy', 'member', 'message', 'trade')),
  constraint reports_state_known check (state in ('open', 'actioned', 'dismissed'))
);
create unique index reports_open_once on reports (reporter_id, subject_kind, subject_id) where state = 'open';
create index reports_queue on reports (state, id);
create index reports_subject on reports (subject_kind, subject_id);

create table audit_log (
  id bigint generated always as identity primary key,
  actor_id bigint references users,
  action text not null,
  subject_kind text not null,
  subject_id bigint,
  before jsonb,
  after jsonb,
  reason text not null default '',
  ip text not null default '',
  request_id text not null default '',
  at timestamptz not null default now(),
  prev_hash bytea,
  hash bytea not null
);
create index audit_log_actor on audit_log (actor_id, id desc);
create index audit_log_subject on audit_log (subject_kind, subject_id, id desc);
create index audit_log_action on audit_log (action, id desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_change();
create trigger trade_events_append_only before update or delete on trade_events
  for each row execute function refuse_change();

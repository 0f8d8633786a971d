-- Works that moderators found to be one. The dropped one's row is gone; what it was, and
-- what moved, is kept here, so that a merge can be taken back.
create table work_merges (
  id bigint generated always as identity primary key,
  -- No reference: it is not there while the merge stands.
  dropped_id bigint not null,
  -- No reference: it may be dropped by a later merge.
  kept_id bigint not null,
  -- The identity of the dropped one, so that nobody enters it anew.
  title_key text not null,
  author_key text not null,
  moderator_id bigint not null references users,
  snapshot jsonb not null,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by bigint references users,
  constraint work_merges_two check (dropped_id <> kept_id),
  constraint work_merges_undone check ((undone_at is null) = (undone_by is null))
);
create unique index work_merges_dropped on work_merges (dropped_id) where undone_at is null;
create index work_merges_identity on work_merges (title_key, author_key) where undone_at is null;

-- The work that stands where `work` stood; null when there is none. Follows chains, which
-- have no circles: a work that was dropped is not there to be merged into.
create function merged_work(work bigint) returns bigint language sql stable as $$
  with recursive chain (id) as (
    select work
    union
    select m.kept_id from chain join work_merges m on m.dropped_id = chain.id and m.undone_at is null
  )
  select w.id from chain join works w on w.id = chain.id limit 1
$$;

-- Lists of books that readers make for themselves: for the holidays, the best of a year.
create table lists (
  id bigint generated always as identity primary key,
  owner_id bigint not null references users,
  name text not null,
  -- The readable part of its address.
  slug text not null,
  description text not null default '',
  visibility text not null default 'private',
  ranked boolean not null default false,
  -- What the address of an unlisted list is made of, with the key of the site. With another one the
  -- old address leads nowhere.
  nonce bytea,
  -- By a moderator, with what the owner reads.
  hidden_at timestamptz,
  hidden_reason text not null default '',
  -- By its owner, who can restore it for a while.
  deleted_at timestamptz,
  created_at timestamptz not null,
  -- When it or its books were changed last.
  updated_at timestamptz not null,
  constraint lists_visibility_known check (visibility in ('public', 'unlisted', 'private')),
  constraint lists_nonce_of_unlisted check ((visibility = 'unlisted') = (nonce is not null)),
  constraint lists_nonce_once unique (nonce)
);
create index lists_owner on lists (owner_id, updated_at desc);
create index lists_deleted on lists (deleted_at) where deleted_at is not null;

-- No cascade from works: a work that is merged away hands its places over before it is deleted.
create table list_items (
  list_id bigint not null references lists on delete cascade,
  work_id bigint not null references works,
  -- The order; with gaps.
  position bigint not null,
  note text not null default '',
  -- Which of their own copies the owner means; shown as long as it is theirs.
  copy_id bigint references copies on delete set null,
  added_at timestamptz not null,
  constraint list_items_pkey primary key (list_id, work_id),
  -- Checked when a statement ends: one moves several.
  constraint list_items_position_once unique (list_id, position) deferrable
);
create index list_items_work on list_items (work_id);
create index list_items_copy on list_items (copy_id) where copy_id is not null;

-- What was taken out of a list, so that it can be put back: by its owner, or because the work was
-- merged into one that was in the list too (`kept_id`). Works are not referred to: they may be gone.
create table removed_list_items (
  list_id bigint not null references lists on delete cascade,
  work_id bigint not null,
  position bigint not null,
  note text not null,
  copy_id bigint references copies on delete set null,
  added_at timestamptz not null,
  removed_at timestamptz not null,
  kept_id bigint,
  constraint removed_list_items_pkey primary key (list_id, work_id)
);
create index removed_list_items_removed on removed_list_items (removed_at);
create index removed_list_items_kept on removed_list_items (kept_id) where kept_id is not null;
create index removed_list_items_copy on removed_list_items (copy_id) where copy_id is not null;

-- Whether a list is there for `asker`, nobody for a visitor, who is not its owner: neither deleted nor
-- hidden, of an owner whom they may see. Who may know its address is asked besides.
create function is_open_list(list lists, asker bigint, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select list.deleted_at is null and list.hidden_at is null and exists (
    select from users u where u.id = list.owner_id and in_good_standing(u, at) and may_see_member(u, asker, at))
$$;

-- Lists that everybody may see can be reported.
alter table reports drop constraint reports_kind_known;
alter table reports add constraint reports_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback', 'list')) not valid;
alter table moderation_decisions drop constraint moderation_decisions_kind_known;
alter table moderation_decisions add constraint moderation_decisions_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback', 'list')) not valid;

-- As before, and a list with the notes in it: only as long as everybody may see it.
create or replace function evidence(kind text, subject bigint) returns jsonb language sql stable as $$
  select case kind
    when 'copy' then (
      select jsonb_build_object('kind', 'copy', 'by', named(u), 'copy', freeze_copy(c.id))
      from copies c join users u on u.id = c.owner_id where c.id = subject)
    when 'member' then (
      select jsonb_build_object('kind', 'member', 'by', named(u), 'city', u.city, 'about', u.about)
      from users u where u.id = subject)
    when 'message' then (
      select jsonb_build_object('kind', 'message', 'by', named(u), 'body', m.body, 'at', m.created_at)
      from trade_messages m join users u on u.id = m.author_id where m.id = subject)
    when 'trade' then (
      select jsonb_build_object('kind', 'trade', 'parties',
        (select jsonb_agg(named(u) order by u.id) from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = t.id))
      from trades t where t.id = subject)
    when 'event' then (
      select jsonb_build_object('kind', 'event', 'by', named(u), 'title', e.title, 'description', e.description,
        'partners', e.partners,
        'messages', coalesce((select jsonb_agg(m.body order by m.id) from event_messages m
          where m.event_id = e.id and m.sent_at is not null), '[]'))
      from events e join users u on u.id = e.host_id where e.id = subject)
    when 'feedback' then (
      select jsonb_build_object('kind', 'feedback', 'by', named(u), 'event', e.title, 'words', f.words)
      from event_feedback f join seat_bookings b on b.id = f.booking_id join users u on u.id = b.user_id
        join event_occurrences o on o.id = f.occurrence_id join events e on e.id = o.event_id
      where f.id = subject)
    when 'list' then (
      select jsonb_build_object('kind', 'list', 'by', named(u), 'name', l.name, 'description', l.description,
        'notes', coalesce((select jsonb_agg(n.note order by n.position) from (
          select i.note, i.position from list_items i
          where i.list_id = l.id and i.note <> '' order by i.position limit 200) n), '[]'))
      from lists l join users u on u.id = l.owner_id
      where l.id = subject and l.visibility = 'public' and l.deleted_at is null)
  end
$$;

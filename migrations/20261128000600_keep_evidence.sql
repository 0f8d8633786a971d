-- What is reported can be changed or taken down before a moderator looks. So a report keeps
-- what it is about as it stood, and what readers could see keeps its earlier versions: for
-- moderators, for 90 days (`moderation::evidence`). Only functions, triggers and a table are
-- created and a nullable column added; triggers lock a table against writers for a moment.

create function named(member users) returns jsonb language sql immutable as $$
  select jsonb_build_object('handle', member.handle, 'name', member.display_name)
$$;

-- What a subject says to others now; null when there is none.
create function evidence(kind text, subject bigint) returns jsonb language sql stable as $$
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
  end
$$;

create table earlier_versions (
  id bigint generated always as identity primary key,
  subject_kind text not null,
  subject_id bigint not null,
  -- Whose it was.
  user_id bigint not null references users,
  -- `evidence(subject_kind, subject_id)` as it was until then.
  content jsonb not null,
  replaced_at timestamptz not null default now(),
  constraint earlier_versions_kind_known check (subject_kind in ('copy', 'member'))
);
create index earlier_versions_subject on earlier_versions (subject_kind, subject_id, id desc);
create index earlier_versions_user on earlier_versions (user_id);
create index earlier_versions_replaced on earlier_versions (replaced_at);
-- Which photos stand in one: they are kept as long.
create index earlier_versions_photos on earlier_versions using gin ((content->'copy'->'photos') jsonb_path_ops)
  where subject_kind = 'copy';

-- None for reports from before this migration, and once its time is over.
alter table reports add column evidence jsonb;

-- Whether a photo stands in what a report or an earlier version shows to moderators.
create function is_evidence(photo text) returns boolean language sql stable as $$
  select exists (select from earlier_versions where subject_kind = 'copy'
      and content->'copy'->'photos' @> jsonb_build_array(jsonb_build_object('key', photo)))
    or exists (select from reports where subject_kind = 'copy' and evidence is not null
      and evidence->'copy'->'photos' @> jsonb_build_array(jsonb_build_object('key', photo)))
$$;

-- Called before the row changes: a query still finds it as it was. What stood there twice in a
-- row is kept once, with the later end.
create function keep_version(kind text, subject bigint, member bigint) returns void language plpgsql as $$
declare
  said jsonb := evidence(kind, subject);
begin
  update earlier_versions set replaced_at = now()
  where content = said and id = (select max(v.id) from earlier_versions v
    where v.subject_kind = kind and v.subject_id = subject);
  if not found then
    insert into earlier_versions (subject_kind, subject_id, user_id, content)
    values (kind, subject, member, said);
  end if;
end
$$;

create function keep_copy() returns trigger language plpgsql as $$
begin
  perform keep_version('copy', old.id, old.owner_id);
  return new;
end
$$;
create trigger copies_keep before update on copies for each row
  when (is_listed(old) and (old.note, old.grade, old.defects, old.state, old.owner_id)
    is distinct from (new.note, new.grade, new.defects, new.state, new.owner_id))
  execute function keep_copy();

create function keep_copy_with_photo() returns trigger language plpgsql as $$
begin
  perform keep_version('copy', c.id, c.owner_id)
  from copies c where c.id = old.copy_id and is_listed(c);
  return old;
end
$$;
create trigger copy_photos_keep before delete on copy_photos for each row
  execute function keep_copy_with_photo();

create function keep_member() returns trigger language plpgsql as $$
begin
  perform keep_version('member', old.id, old.id);
  return new;
end
$$;
-- Not when they are erased: then the versions go, too.
create trigger users_keep before update on users for each row
  when (new.status <> 'deleted' and (old.handle, old.display_name, old.city, old.about)
    is distinct from (new.handle, new.display_name, new.city, new.about))
  execute function keep_member();
create index reports_evidence_photos on reports using gin ((evidence->'copy'->'photos') jsonb_path_ops)
  where subject_kind = 'copy' and evidence is not null;

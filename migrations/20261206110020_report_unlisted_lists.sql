-- Whether moderators may read a list: what everybody sees, and of what has an address alone that which
-- was reported by somebody who had it.
create function is_open_to_desk(list lists) returns boolean
  language sql stable parallel safe as $$
  select list.deleted_at is null and (list.visibility = 'public' or list.visibility = 'unlisted' and exists (
    select from reports r where r.subject_kind = 'list' and r.subject_id = list.id))
$$;

-- As before, and lists that have an address alone.
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
      where l.id = subject and l.visibility in ('public', 'unlisted') and l.deleted_at is null)
    when 'review' then (
      select jsonb_build_object('kind', 'review', 'by', named(u), 'book', w.title, 'body', r.body,
        'spoiler', r.spoiler)
      from reviews r join users u on u.id = r.user_id join works w on w.id = r.work_id
      where r.id = subject and r.deleted_at is null)
  end
$$;

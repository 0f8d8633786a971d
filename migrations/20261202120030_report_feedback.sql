-- What guests say of an event can be reported by those who host it.
alter table reports drop constraint reports_kind_known;
alter table reports add constraint reports_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback')) not valid;
alter table moderation_decisions drop constraint moderation_decisions_kind_known;
alter table moderation_decisions add constraint moderation_decisions_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback')) not valid;

-- Whether somebody hosts what this was said of: they do not learn from the desk who said it.
create function hosts_feedback(feedback bigint, reader bigint, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select exists (select from event_feedback f join event_occurrences o on o.id = f.occurrence_id
    join events e on e.id = o.event_id
    where f.id = feedback and (e.host_id = reader or may_host(e, reader, 'co_host', at)))
$$;

-- As before, and the words of a guest.
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
  end
$$;

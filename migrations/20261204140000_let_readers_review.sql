-- What readers say of a book to everybody. How they rate it stays where it is: in `reader_books`.

create table reviews (
  id bigint generated always as identity primary key,
  user_id bigint not null references users(id),
  work_id bigint not null references works(id),
  body text not null constraint reviews_body_length check (char_length(body) between 1 and 10000),
  -- The whole of it gives the story away, says its author.
  spoiler boolean not null default false,
  -- So says a moderator: the author does not take it back.
  marked_at timestamptz,
  -- The author gave or got this book in a completed trade: `has_traded`.
  traded boolean not null default false,
  -- How many rows it has in review_votes.
  helpful integer not null default 0 constraint reviews_helpful_sane check (helpful >= 0),
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  hidden_at timestamptz,
  hidden_reason text not null default '',
  -- By its author, who can have it back for a day.
  deleted_at timestamptz,
  -- Two books became one, and its author had reviewed both: it waits for the merge to be taken back.
  set_aside_at timestamptz
);

-- One review of a book by a reader, beside what is deleted or waits.
create unique index reviews_one on reviews (user_id, work_id) where deleted_at is null and set_aside_at is null;
create index reviews_helpful on reviews (work_id, helpful desc, id desc)
  where hidden_at is null and deleted_at is null and set_aside_at is null;
create index reviews_newest on reviews (work_id, id desc)
  where hidden_at is null and deleted_at is null and set_aside_at is null;
create index reviews_reader on reviews (user_id, id desc);
create index reviews_work on reviews (work_id);
create index reviews_hidden on reviews (id desc) where hidden_at is not null;
create index reviews_gone on reviews (id) where deleted_at is not null or set_aside_at is not null;

-- Whom a review has helped.
create table review_votes (
  review_id bigint not null references reviews(id) on delete cascade,
  user_id bigint not null references users(id),
  created_at timestamptz not null default now(),
  primary key (review_id, user_id)
);
create index review_votes_user on review_votes (user_id);

-- Whether a reader has given or got a book in a trade that came to its end.
create function has_traded(reader bigint, book bigint) returns boolean
  language sql stable parallel safe as $$
    select exists (select from copies c
      join trade_items i on i.copy_id = c.id
      join trades t on t.id = i.trade_id and t.revision = i.revision and t.state = 'completed'
      where c.work_id = book and reader in (i.from_user, i.to_user))
$$;

-- The reviews that `asker`, nobody for a visitor, may read: of readers in good standing, without a
-- block between the two.
create function shown_reviews(asker bigint, at timestamptz) returns table (
    id bigint, user_id bigint, work_id bigint, handle text, display_name text, body text, spoiler boolean,
    traded boolean, helpful integer, created_at timestamptz, edited_at timestamptz, rating smallint,
    voted boolean)
  language sql stable parallel safe as $$
    select r.id, r.user_id, r.work_id, u.handle, u.display_name, r.body, r.spoiler or r.marked_at is not null,
      r.traded, r.helpful, r.created_at, r.edited_at, b.rating,
      exists (select from review_votes v where v.review_id = r.id and v.user_id = asker)
    from reviews r join users u on u.id = r.user_id
    left join reader_books b on b.user_id = r.user_id and b.work_id = r.work_id
    where r.hidden_at is null and r.deleted_at is null and r.set_aside_at is null
      and u.email_verified_at is not null and in_good_standing(u, at)
      and not exists (select from blocked_with(asker) other where other.user_id = r.user_id)
$$;

-- Where a book stands among those that readers rate best: its mean, as if ten readers more had each
-- given three and a half stars. So five times five stars do not stand above a thousand fours.
create function fair_mean(n integer, sum integer) returns float8 language sql immutable parallel safe as $$
  select (sum + 140)::float8 / (n + 10)
$$;
drop index work_ratings_top;
create index work_ratings_top on work_ratings (fair_mean(n, sum) desc, n desc, work_id) where n >= 5;

alter table reports drop constraint reports_kind_known;
alter table reports add constraint reports_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback', 'list', 'review')) not valid;
alter table moderation_decisions drop constraint moderation_decisions_kind_known;
alter table moderation_decisions add constraint moderation_decisions_kind_known
  check (subject_kind in ('copy', 'member', 'message', 'trade', 'event', 'feedback', 'list', 'review')) not valid;
alter table earlier_versions drop constraint earlier_versions_kind_known;
alter table earlier_versions add constraint earlier_versions_kind_known
  check (subject_kind in ('copy', 'member', 'review')) not valid;

-- As before, and reviews.
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
    when 'review' then (
      select jsonb_build_object('kind', 'review', 'by', named(u), 'book', w.title, 'body', r.body,
        'spoiler', r.spoiler)
      from reviews r join users u on u.id = r.user_id join works w on w.id = r.work_id
      where r.id = subject and r.deleted_at is null)
  end
$$;

-- What it said before, for moderators, as long as that of copies.
create function keep_review() returns trigger language plpgsql as $$
begin
  perform keep_version('review', old.id, old.user_id);
  return new;
end
$$;
create trigger reviews_keep before update on reviews for each row
  when (old.deleted_at is null and (old.body, old.spoiler, old.deleted_at)
    is distinct from (new.body, new.spoiler, new.deleted_at))
  execute function keep_review();
